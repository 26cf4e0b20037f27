package io.sallyport.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Resolves a host to its addresses. */
@FunctionalInterface
public interface Resolver {
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** @param host a name, or an address, IPv6 in brackets */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
