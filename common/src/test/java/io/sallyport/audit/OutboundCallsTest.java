package io.sallyport.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Handler;
import io.sallyport.http.Response;
import io.sallyport.testing.TestRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class OutboundCallsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<Audit> decisions = new ArrayList<>();

    private String call(String to, long millis) {
        return OutboundCalls.timed(to, nanos::get, () -> {
            nanos.addAndGet(millis * 1_000_000);
            return to;
        });
    }

    private Handler audited(Audited decides) {
        return decides.writingTo(decisions::add, "login");
    }

    @Test
    void keepsTheCallsOfEachDecisionByItself() throws Exception {
        Handler handler = audited((request, audit) -> {
            call("store: find identity", 3);
            call("www.googleapis.com", 120);
            return Response.json(200, Map.of());
        });
        handler.handle(TestRequest.json("{}"));
        call("unattributed", 5);
        handler.handle(TestRequest.json("{}"));
        assertThat(decisions)
                .hasSize(2)
                .allSatisfy(decision -> assertThat(decision.calls())
                        .containsExactly(
                                new OutboundCalls.Call("store: find identity", 3),
                                new OutboundCalls.Call("www.googleapis.com", 120)));
    }

    @Test
    void keepsACallThatFails() {
        Handler handler = audited((request, audit) -> {
            try {
                return OutboundCalls.timed("kube.example.com", nanos::get, () -> {
                    nanos.addAndGet(10_000_000_000L);
                    throw new IOException("no answer");
                });
            } catch (IOException e) {
                throw new Refused(Reason.REVIEW_TIMEOUT, "no answer");
            }
        });
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> handler.handle(TestRequest.json("{}")));
        assertThat(decisions.get(0).calls()).containsExactly(new OutboundCalls.Call("kube.example.com", 10_000));
    }

    @Test
    void keepsNoMoreThanAnyDecisionMakes() throws Exception {
        audited((request, audit) -> {
                    for (int i = 0; i < 1000; i++) {
                        call("store: spend", 1);
                    }
                    return Response.json(200, Map.of());
                })
                .handle(TestRequest.json("{}"));
        assertThat(decisions.get(0).calls()).hasSize(100);
    }
}
