package io.sallyport.http;

import io.sallyport.Refused;

/** Answers one kind of request. */
@FunctionalInterface
public interface Handler {
    /** @throws Refused if it is not granted; {@link ErrorResponse} says how that is answered */
    Response handle(Request request) throws Refused;

    /** The route that a path matches, for the log; {@link Request#UNKNOWN_ROUTE} if there is none. */
    default String route(String path) {
        return Request.UNKNOWN_ROUTE;
    }
}
