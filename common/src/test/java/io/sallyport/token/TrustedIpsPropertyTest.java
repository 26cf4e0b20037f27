package io.sallyport.token;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.Generator;
import io.sallyport.testing.Property;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Trusted IPs compared with arithmetic on the bits, which ignores notation. */
class TrustedIpsPropertyTest {
    private static final int IPV4 = 32;
    private static final int IPV6 = 128;
    private static final BigInteger MAPPED = BigInteger.valueOf(0xffff).shiftLeft(IPV4);

    /** How an address is written. */
    enum Notation {
        /** Every digit of every group. */
        WHOLE,
        /** No leading zeros. */
        SHORT,
        /** Omits the first of the longest runs of zero groups (RFC 5952 §4.2). */
        COMPRESSED,
        /** Omits a single zero group, if there is one: the last (RFC 4291 §2.2). */
        COMPRESSED_ODDLY,
        /** The last 32 bits as an IPv4 address (RFC 4291 §2.2). */
        MIXED,
        MIXED_AND_COMPRESSED
    }

    record Address(int bits, BigInteger value) {
        Address with(BigInteger other) {
            return new Address(bits, other);
        }

        Address mapped() {
            return new Address(IPV6, MAPPED.or(value));
        }

        /** RFC 4291 §2.5.5.2: what stands under ::ffff:0:0/96 is an IPv4 address. */
        Address plain() {
            return bits == IPV6 && value.shiftRight(IPV4).equals(MAPPED.shiftRight(IPV4))
                    ? new Address(IPV4, value.xor(MAPPED))
                    : this;
        }

        String text(Notation notation, boolean upperCase) {
            String text = bits == IPV4 ? dotted(value) : groups(notation);
            return upperCase ? text.toUpperCase(Locale.ROOT) : text;
        }

        private String groups(Notation notation) {
            boolean mixed = notation == Notation.MIXED || notation == Notation.MIXED_AND_COMPRESSED;
            int count = mixed ? 6 : 8;
            List<String> groups = IntStream.range(0, count)
                    .mapToObj(i -> value.shiftRight(IPV6 - 16 * (i + 1)).intValue() & 0xffff)
                    .map(group -> (notation == Notation.WHOLE ? "%04x" : "%x").formatted(group))
                    .collect(Collectors.toCollection(ArrayList::new));
            if (mixed) {
                groups.add(dotted(value.mod(BigInteger.ONE.shiftLeft(IPV4))));
            }
            return switch (notation) {
                case COMPRESSED, MIXED_AND_COMPRESSED -> compressed(groups);
                case COMPRESSED_ODDLY -> withoutOne(groups, groups.lastIndexOf("0"), 1);
                default -> String.join(":", groups);
            };
        }

        private static String compressed(List<String> groups) {
            int from = 0;
            int longest = 0;
            for (int start = 0; start < groups.size(); start++) {
                int end = start;
                while (end < groups.size() && groups.get(end).equals("0")) {
                    end++;
                }
                if (end - start > longest) {
                    from = start;
                    longest = end - start;
                }
            }
            return withoutOne(groups, longest == 0 ? -1 : from, longest);
        }

        private static String withoutOne(List<String> groups, int from, int run) {
            return from < 0
                    ? String.join(":", groups)
                    : String.join(":", groups.subList(0, from)) + "::"
                            + String.join(":", groups.subList(from + run, groups.size()));
        }

        private static String dotted(BigInteger value) {
            return IntStream.of(24, 16, 8, 0)
                    .mapToObj(shift -> String.valueOf(value.shiftRight(shift).intValue() & 0xff))
                    .collect(Collectors.joining("."));
        }
    }

    /** @param prefix the number of leading bits that count; the others are zero */
    record Block(Address network, int prefix) {
        static Block of(Address any, int prefix) {
            int host = any.bits() - prefix;
            return new Block(any.with(any.value().shiftRight(host).shiftLeft(host)), prefix);
        }

        Block mapped() {
            return new Block(network.mapped(), prefix + IPV6 - IPV4);
        }

        /** By arithmetic only: the leading bits are equal. */
        boolean contains(Address client) {
            Address address = client.plain();
            Block plain = prefix >= IPV6 - IPV4 && !network.plain().equals(network)
                    ? new Block(network.plain(), prefix - (IPV6 - IPV4))
                    : this;
            int host = plain.network.bits() - plain.prefix;
            return address.bits() == plain.network.bits()
                    && address.value()
                            .shiftRight(host)
                            .equals(plain.network.value().shiftRight(host));
        }

        String text(Notation notation, boolean upperCase) {
            return network.text(notation, upperCase) + "/" + prefix;
        }
    }

    /** A block, and a client's address that may be in it. */
    record Asked(Block block, Address client) {
        /** Each may be written in the other's notation, but they never match each other. */
        Asked mapped() {
            return new Asked(
                    block.network().bits() == IPV4 ? block.mapped() : block,
                    client.bits() == IPV4 ? client.mapped() : client);
        }
    }

    private static final Generator<Address> IPV4_ADDRESSES = numbers(IPV4).map(value -> new Address(IPV4, value));
    private static final Generator<Address> ADDRESSES = Generator.oneOf(List.of(
            IPV4_ADDRESSES, numbers(IPV6).map(value -> new Address(IPV6, value)), IPV4_ADDRESSES.map(Address::mapped)));
    private static final Generator<Block> BLOCKS = Generator.from(source -> {
        Address address = ADDRESSES.next(source);
        // Half of the prefixes are short; otherwise hardly any block would contain an unrelated address.
        return Block.of(
                address,
                Generator.ints(0, source.nextBoolean() ? 4 : address.bits()).next(source));
    });
    private static final Generator<Notation> NOTATIONS = Generator.of(List.of(Notation.values()));

    /** The client is in the block, except for at most one flipped bit. */
    private static final Generator<Asked> AROUND_A_BLOCK = Generator.from(source -> {
        Block block = BLOCKS.next(source);
        int bits = block.network().bits();
        int host = bits - block.prefix();
        BigInteger noise = ADDRESSES.next(source).value();
        BigInteger inside = block.network()
                .value()
                .or(noise.mod(BigInteger.ONE.shiftLeft(bits)).mod(BigInteger.ONE.shiftLeft(host)));
        int turned = source.nextInt(-1, 128);
        return new Asked(block, block.network().with(turned < 0 ? inside : inside.flipBit(turned % bits)));
    });

    private static final Generator<Asked> ANYWHERE =
            Generator.from(source -> new Asked(BLOCKS.next(source), ADDRESSES.next(source)));

    /** Including numbers with runs of zeros. */
    private static Generator<BigInteger> numbers(int bits) {
        return Generator.from(source -> {
                    byte[] bytes = new byte[bits / 8];
                    source.nextBytes(bytes);
                    BigInteger any = new BigInteger(1, bytes);
                    if (source.nextBoolean()) {
                        return any;
                    }
                    int low = source.nextInt(bits + 1);
                    int high = source.nextInt(bits + 1);
                    return any.shiftRight(low).shiftLeft(low).mod(BigInteger.ONE.shiftLeft(Math.max(1, high)));
                })
                .withEdges(
                        List.of(BigInteger.ZERO, BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE)));
    }

    @Test
    void agreesWithTheBitsAroundABlock() {
        forAll(
                4000,
                AROUND_A_BLOCK,
                NOTATIONS,
                Generator.booleans(),
                Generator.booleans(),
                TrustedIpsPropertyTest::check);
    }

    @Test
    void agreesWithTheBitsAnywhere() {
        forAll(2000, ANYWHERE, NOTATIONS, Generator.booleans(), Generator.booleans(), TrustedIpsPropertyTest::check);
    }

    /** Otherwise the properties would say little. */
    @Test
    void areTriedWithManyAddressesInTheBlockAndManyOutside() {
        for (Generator<Asked> generator : List.of(AROUND_A_BLOCK, ANYWHERE)) {
            assertThat(Property.samples(2000, generator).stream()
                            .filter(asked -> asked.block().contains(asked.client()))
                            .count())
                    .isGreaterThan(200)
                    .isLessThan(1800);
        }
    }

    private static void check(Asked asked, Notation notation, boolean upperCase, boolean mapped) {
        boolean expected = asked.block().contains(asked.client());
        Asked written = mapped ? asked.mapped() : asked;
        TrustedIps plainBlock = new TrustedIps(List.of(asked.block().text(Notation.COMPRESSED, false)));
        TrustedIps trusted = new TrustedIps(List.of(written.block().text(notation, upperCase)));
        for (TrustedIps ips : List.of(plainBlock, trusted, new TrustedIps(trusted.blocks()))) {
            for (Address address : List.of(asked.client(), written.client())) {
                String text = address.text(notation, upperCase);
                assertThat(ips.contains(text)).as("%s in %s", text, ips).isEqualTo(expected);
            }
        }
    }

    @Test
    void trustsASingleAddressAloneHoweverItIsWritten() {
        forAll(1000, ADDRESSES, NOTATIONS, NOTATIONS, Generator.booleans(), (address, one, other, upper) -> {
            TrustedIps ips = new TrustedIps(List.of(address.text(one, upper)));
            assertThat(ips.contains(address.text(other, !upper))).isTrue();
            assertThat(ips.contains(address.with(address.value().flipBit(0)).text(other, !upper)))
                    .isFalse();
        });
    }

    @Test
    void trustsTheAddressesOfEachOfItsBlocks() {
        forAll(1000, BLOCKS, BLOCKS, ADDRESSES, (one, other, client) -> {
            TrustedIps both = new TrustedIps(List.of(
                    one.text(Notation.COMPRESSED, false),
                    other.text(Notation.SHORT, true),
                    Block.of(client, client.bits() - 1).text(Notation.SHORT, false)));
            assertThat(both.contains(client.text(Notation.SHORT, false))).isTrue();
            Address beside = client.with(client.value().flipBit(1));
            assertThat(both.contains(beside.text(Notation.SHORT, false)))
                    .isEqualTo(one.contains(beside) || other.contains(beside));
        });
    }

    /**
     * An address that two programs would parse differently matches nothing, even if it would be trusted in one reading.
     */
    @Test
    void trustsNothingThatIsNoAddressByItself() {
        forAll(1000, ADDRESSES, NOTATIONS, (client, notation) -> {
            TrustedIps ips = new TrustedIps(List.of(Block.of(client, 0).text(Notation.SHORT, false)));
            Address plain = client.plain();
            TrustedIps plainIps = new TrustedIps(List.of(Block.of(plain, 0).text(Notation.SHORT, false)));
            String text = client.text(notation, false);
            assertThat(ips.contains(text) || plainIps.contains(text)).isTrue();
            for (String form : List.of(
                    " %s",
                    "%s ",
                    "%s\n",
                    "\t%s",
                    "%s/32",
                    "%s/128",
                    "%s/0",
                    "%s%%eth0",
                    "[%s]",
                    "[%s]:1",
                    "%s,%s",
                    "%s-",
                    "*")) {
                String dressed = form.formatted(text, text);
                assertThat(ips.contains(dressed) || plainIps.contains(dressed))
                        .as(dressed)
                        .isFalse();
            }
        });
    }

    @Test
    void isNoErrorToAskForWhatIsNoAddress() {
        forAll(1000, Generator.strings("0123456789abcdefABCDEF:./%x-*,", 0, 50), text -> {
            TrustedIps ips = new TrustedIps(List.of("192.0.2.0/24", "2001:db8::/32"));
            assertThat(ips.contains(text)).isIn(true, false);
        });
    }
}
