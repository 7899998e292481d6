package dev.tributary.credentials;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

import javax.security.auth.x500.X500Principal;

/** Writes one certificate of X.509. */
final class CertificateWriter {
    static final String SIGNATURE = "SHA256withECDSA";

    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509v3CertificateBuilder certificate;

    private CertificateWriter(X509v3CertificateBuilder certificate) {
        this.certificate = certificate;
    }

    /** An authority's own. */
    static CertificateWriter ofAuthority(
            X500Principal name, PublicKey key, Instant from, Instant until) {
        CertificateWriter writer =
                new CertificateWriter(
                        new JcaX509v3CertificateBuilder(
                                name, serial(), Date.from(from), Date.from(until), name, key));
        writer.add(Extension.basicConstraints, true, new BasicConstraints(0));
        writer.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        writer.add(Extension.subjectKeyIdentifier, false, ids().createSubjectKeyIdentifier(key));
        return writer;
    }

    /** A holder's. */
    static CertificateWriter ofHolder(
            Identity holder,
            PublicKey key,
            X509Certificate authority,
            Instant from,
            Instant until) {
        CertificateWriter writer =
                new CertificateWriter(
                        new JcaX509v3CertificateBuilder(
                                authority,
                                serial(),
                                Date.from(from),
                                Date.from(until),
                                holder.principal(),
                                key));
        writer.add(Extension.basicConstraints, true, new BasicConstraints(false));
        writer.add(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        writer.add(Extension.extendedKeyUsage, false, purposes(holder.role()));
        writer.add(Extension.subjectKeyIdentifier, false, ids().createSubjectKeyIdentifier(key));
        writer.add(
                Extension.authorityKeyIdentifier,
                false,
                ids().createAuthorityKeyIdentifier(authority.getPublicKey()));
        return writer;
    }

    /**
     * Adds the names by which the holder can be reached.
     *
     * @param names checked by {@link HostNames}
     */
    CertificateWriter named(List<String> names) {
        GeneralName[] general =
                names.stream()
                        .map(name -> new GeneralName(kind(name), name))
                        .toArray(GeneralName[]::new);
        add(Extension.subjectAlternativeName, false, new GeneralNames(general));
        return this;
    }

    X509Certificate signedWith(PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            certificate.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with " + SIGNATURE, e);
        }
    }

    /** A new pair of keys for certificates. */
    static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    private void add(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
        try {
            certificate.addExtension(type, critical, value);
        } catch (CertIOException e) {
            throw new IllegalStateException("the certificate cannot be encoded", e);
        }
    }

    private static ExtendedKeyUsage purposes(Role role) {
        List<KeyPurposeId> purposes = new ArrayList<>();
        if (role.listens()) {
            purposes.add(KeyPurposeId.id_kp_serverAuth);
        }
        if (role.connects()) {
            purposes.add(KeyPurposeId.id_kp_clientAuth);
        }
        return new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new));
    }

    private static int kind(String name) {
        return HostNames.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName;
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE);
    }

    private static JcaX509ExtensionUtils ids() {
        try {
            return new JcaX509ExtensionUtils();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
