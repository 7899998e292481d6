package dev.tributary.data.table;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Another driver, but for one rule that those of Derby and DB2 have: no connection is closed as
 * long as a transaction is under way. The service loader finds it.
 */
public final class StrictDriver implements Driver {
    static final String PREFIX = "jdbc:strict:";

    /** For the service loader. */
    public StrictDriver() {}

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        String inner = url.substring(PREFIX.length());
        Connection connection = DriverManager.getConnection(inner, info);
        boolean[] inTransaction = {false};
        return (Connection)
                Proxy.newProxyInstance(
                        StrictDriver.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (proxy, method, arguments) ->
                                called(connection, inTransaction, method, arguments));
    }

    private static Object called(
            Connection connection, boolean[] inTransaction, Method method, Object[] arguments)
            throws Throwable {
        String name = method.getName();
        if (name.equals("createStatement")) {
            inTransaction[0] = !connection.getAutoCommit();
        } else if (List.of("commit", "rollback").contains(name)) {
            inTransaction[0] = false;
        } else if (name.equals("close") && inTransaction[0]) {
            connection.close();
            throw new SQLException("cannot close a connection while a transaction is active");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(PREFIX);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }
}
