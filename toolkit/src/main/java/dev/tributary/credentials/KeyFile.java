package dev.tributary.credentials;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tributary.files.PrivateFiles;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A private key and its certificates as a PKCS#12 file.
 *
 * @param key proves that the first certificate is one's own
 * @param chain the certificate, and that of its authority
 */
record KeyFile(PrivateKey key, List<X509Certificate> chain) {
    private static final String TYPE = "PKCS12";
    private static final String ALIAS = "tributary";
    private static final long MAX_BYTES = 1 << 20;

    /** Keeps a copy of the list. */
    KeyFile {
        chain = List.copyOf(chain);
    }

    /**
     * Writes a file that only its owner can read.
     *
     * @param password protects the file; may be empty
     * @throws CredentialException if there is such a file
     * @throws IOException if it cannot be written
     */
    void write(Path file, char[] password) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            keyStore(password).store(bytes, password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot write PKCS#12", e);
        }
        try (FileChannel out =
                FileChannel.open(file, Set.of(CREATE_NEW, WRITE), PrivateFiles.ofOwner(file))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes.toByteArray());
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw thereAlready(file);
        }
    }

    /**
     * Checks before others are written.
     *
     * @throws CredentialException if there is such a file
     */
    static void requireFree(Path file) {
        if (Files.exists(file)) {
            throw thereAlready(file);
        }
    }

    /**
     * Reads a file.
     *
     * @throws CredentialException if it is not there, is none, or has another password
     */
    static KeyFile read(Path file, char[] password) {
        KeyStore store = load(file, password);
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, password) instanceof PrivateKey key) {
                    return new KeyFile(
                            key,
                            Arrays.stream(store.getCertificateChain(alias))
                                    .map(X509Certificate.class::cast)
                                    .toList());
                }
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw malformed(file, e);
        }
        throw new CredentialException(file + ": expected a private key in it, found none");
    }

    /** In memory, for whoever needs a key store. */
    KeyStore keyStore(char[] password) throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(TYPE);
        try {
            store.load(null, password);
        } catch (IOException e) {
            throw new IllegalStateException("nothing was read", e);
        }
        store.setKeyEntry(ALIAS, key, password, chain.toArray(X509Certificate[]::new));
        return store;
    }

    private static KeyStore load(Path file, char[] password) {
        byte[] bytes = bytes(file);
        try {
            KeyStore store = KeyStore.getInstance(TYPE);
            store.load(new ByteArrayInputStream(bytes), password);
            return store;
        } catch (IOException e) {
            throw e.getCause() instanceof UnrecoverableKeyException
                    ? wrongPassword(file, password)
                    : malformed(file, e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw malformed(file, e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new CredentialException(
                        "%s: expected a credential of at most %d bytes, found %d"
                                .formatted(file, MAX_BYTES, size));
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CredentialException(
                    "no credential at %s; 'tributary credentials' makes them".formatted(file));
        } catch (IOException e) {
            throw new CredentialException(file + " cannot be read", e);
        }
    }

    private static CredentialException thereAlready(Path file) {
        return new CredentialException(
                file + " is there already, and is not overwritten; delete it to have it anew");
    }

    private static CredentialException wrongPassword(Path file, char[] password) {
        String remedy = password.length == 0 ? "set %s to it" : "%s is not what it was made with";
        return new CredentialException(
                "%s: wrong password; %s"
                        .formatted(file, remedy.formatted(Credential.PASSWORD_VARIABLE)));
    }

    private static CredentialException malformed(Path file, Exception cause) {
        return new CredentialException(
                file + ": expected a file that 'tributary credentials' made, found none such",
                cause);
    }
}
