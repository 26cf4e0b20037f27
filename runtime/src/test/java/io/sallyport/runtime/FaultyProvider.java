package io.sallyport.runtime;

import java.io.Serial;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyFactorySpi;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.KeySpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A provider that hands all work to the JDK's and, when told so, spoils it. */
final class FaultyProvider extends Provider {
    @Serial
    private static final long serialVersionUID = 1;

    /** What it does wrong. */
    enum Fault {
        NONE,
        ACCEPTS_ALL,
        REFUSES_ALL,
        SIGNS_NOISE,
        SIGNS_OTHERWISE,
        REPEATS_ITS_SIGNATURES,
        CANNOT_SIGN,
        FAILS_TO_SIGN,
        FAILS_TO_VERIFY,
        LOSES_ITS_LIBRARY,
        ASSERTS
    }

    private volatile Fault fault;

    @SuppressWarnings("this-escape")
    FaultyProvider(Fault fault) {
        super("Faulty", "1", "for tests");
        this.fault = fault;
        putService(new Named("Signature", "SHA256withRSA", "SHA256withRSA"));
        putService(new Named("Signature", "SHA256withRSA/PSS", "RSASSA-PSS"));
        putService(new Named("Signature", "SHA256withECDSA", "SHA256withECDSA"));
        putService(new Named("KeyFactory", "RSA", "RSA"));
        putService(new Named("KeyFactory", "EC", "EC"));
    }

    void begin(Fault other) {
        fault = other;
    }

    FaultyProvider without(String signature) {
        removeService(getService("Signature", signature));
        return this;
    }

    private final class Named extends Service {
        private final String jdkName;
        private final Map<String, byte[]> first = new ConcurrentHashMap<>();

        Named(String type, String name, String jdkName) {
            super(FaultyProvider.this, type, name, FaultyProvider.class.getName(), List.of(), Map.of());
            this.jdkName = jdkName;
        }

        @Override
        public Object newInstance(Object parameter) {
            return getType().equals("KeyFactory") ? new SameKeys() : new Spoilt(jdkName, first);
        }
    }

    private static final class SameKeys extends KeyFactorySpi {
        @Override
        protected PublicKey engineGeneratePublic(KeySpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected PrivateKey engineGeneratePrivate(KeySpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected <T extends KeySpec> T engineGetKeySpec(Key key, Class<T> spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected Key engineTranslateKey(Key key) {
            return key;
        }
    }

    private final class Spoilt extends SignatureSpi {
        private final Signature jdk;
        private final String name;
        private final Map<String, byte[]> first;

        Spoilt(String name, Map<String, byte[]> first) {
            this.name = name;
            this.first = first;
            try {
                jdk = Signature.getInstance(name);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            jdk.initVerify(key);
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            if (fault == Fault.CANNOT_SIGN) {
                throw new InvalidKeyException("not this one");
            }
            jdk.initSign(key);
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            jdk.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            jdk.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            byte[] signature = jdk.sign();
            return switch (fault) {
                case FAILS_TO_SIGN -> throw new SignatureException("the secret of these tests");
                case LOSES_ITS_LIBRARY -> throw new UnsatisfiedLinkError("the secret of these tests");
                case ASSERTS -> throw new AssertionError("the secret of these tests");
                case SIGNS_NOISE -> new byte[signature.length];
                case SIGNS_OTHERWISE -> {
                    signature[signature.length - 1] ^= 1;
                    yield signature;
                }
                case REPEATS_ITS_SIGNATURES -> first.computeIfAbsent(name, any -> signature);
                default -> signature;
            };
        }

        @Override
        protected boolean engineVerify(byte[] signature) throws SignatureException {
            boolean verdict = jdk.verify(signature);
            return switch (fault) {
                case FAILS_TO_VERIFY -> throw new IllegalStateException("the secret of these tests");
                case LOSES_ITS_LIBRARY -> throw new UnsatisfiedLinkError("the secret of these tests");
                case ASSERTS -> throw new AssertionError("the secret of these tests");
                case ACCEPTS_ALL -> true;
                case REFUSES_ALL -> false;
                default -> verdict;
            };
        }

        @Override
        protected void engineSetParameter(AlgorithmParameterSpec parameters) {
            try {
                jdk.setParameter(parameters);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new InvalidParameterException(name);
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new InvalidParameterException(name);
        }
    }
}
