package io.sallyport.audit;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Handler;
import io.sallyport.http.Request;
import io.sallyport.http.Response;

/** Decides one kind of request, and records for the operator what it finds. */
@FunctionalInterface
public interface Audited {
    /** @throws Refused if it is not granted, or could not be decided */
    Response handle(Request request, Audit audit) throws Refused;

    /**
     * Wraps this decision in a handler that writes one audit line for every outcome.
     *
     * @param action what is decided, in a word, such as {@code login}
     */
    default Handler writingTo(Audit.Log log, String action) {
        return request -> {
            Audit audit = new Audit(request, action);
            OutboundCalls.begin();
            try {
                return handle(request, audit);
            } catch (Refused refused) {
                audit.refused(refused);
                throw refused;
            } catch (RuntimeException bug) {
                // The type only: its message may quote a token.
                audit.refused(new Refused(Reason.INTERNAL_ERROR, bug.getClass().getName()));
                throw bug;
            } finally {
                audit.called(OutboundCalls.end());
                log.write(audit);
            }
        };
    }
}
