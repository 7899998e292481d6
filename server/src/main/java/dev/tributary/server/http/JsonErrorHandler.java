package dev.tributary.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tributary.protocol.Checksum;
import dev.tributary.protocol.ErrorCode;
import dev.tributary.protocol.ErrorReply;
import dev.tributary.protocol.Json;
import dev.tributary.protocol.Paths;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;

/** Says in JSON what Jetty finds wrong before a request reaches the router. */
final class JsonErrorHandler extends ErrorHandler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Paths.JSON);
        if (status == ErrorCode.STOPPING.httpStatus()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        ByteBuffer body = body(status, "the request was refused");
        response.getHeaders().put(Paths.CHECKSUM_HEADER, Checksum.of(body));
        response.write(true, body, callback);
        return true;
    }

    private static ByteBuffer body(int status, String message) {
        String json = Json.write(new ErrorReply(codeOf(status), message));
        return ByteBuffer.wrap(json.getBytes(UTF_8));
    }

    private static ErrorCode codeOf(int status) {
        for (ErrorCode code :
                new ErrorCode[] {
                    ErrorCode.NOT_FOUND,
                    ErrorCode.METHOD_NOT_ALLOWED,
                    ErrorCode.TOO_LARGE,
                    ErrorCode.STOPPING
                }) {
            if (code.httpStatus() == status) {
                return code;
            }
        }
        return status >= 500 ? ErrorCode.INTERNAL : ErrorCode.BAD_REQUEST;
    }
}
