package io.sallyport.simulated.google;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.simulated.Reply;
import java.text.ParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** What Cloud KMS does from now on, whichever thread says so. */
public final class KmsBehaviour {
    private volatile UnaryOperator<Reply> change = UnaryOperator.identity();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Answers with this status and Google's error JSON. */
    public void fail(int status) {
        change = usual -> Reply.error(status, "The service is told to fail.");
    }

    /** Answers the next requests with this status and Google's error JSON, and normally after them. */
    public void failNext(int times, int status) {
        AtomicInteger left = new AtomicInteger(times);
        change = usual -> left.getAndDecrement() > 0 ? Reply.error(status, "The service is told to fail.") : usual;
    }

    /** Answers with this body and status 200, whatever was asked for. */
    public void answerWith(String body) {
        change = usual -> Reply.json(200, body);
    }

    /** Puts another value into every answer with status 200, whatever was asked for. */
    public void put(String field, Object value) {
        edit(answer -> answer.put(field, value));
    }

    /** Leaves a field out of every answer with status 200. */
    public void leaveOut(String field) {
        edit(answer -> answer.remove(field));
    }

    /** Another signature, under a checksum that fits it. */
    public void signWith(byte[] signature) {
        edit(answer -> {
            answer.put("signature", Base64.getEncoder().encodeToString(signature));
            answer.put("signatureCrc32c", KmsEndpoint.crc32c(signature));
        });
    }

    /** Declares a longer body than it sends, and closes the connection. */
    public void truncate() {
        change = Reply::truncate;
    }

    /** Sends white space byte by byte, and never comes to the answer. */
    public void trickle() {
        change = usual -> usual.sent(Reply.Manner.TRICKLING);
    }

    /** Answers normally again, also to held requests. */
    public void recover() {
        change = UnaryOperator.identity();
        release();
    }

    /** Holds requests; they are counted when they arrive, and answered as set when they are released. */
    public synchronized void hold() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    public synchronized void release() {
        gate.countDown();
    }

    Reply applyTo(Reply usual) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return change.apply(usual);
    }

    @FunctionalInterface
    private interface Edit {
        void to(Map<String, Object> answer);
    }

    private void edit(Edit edit) {
        change = usual -> usual.status() == 200 ? edited(usual, edit) : usual;
    }

    private static Reply edited(Reply usual, Edit edit) {
        try {
            Map<String, Object> answer = new LinkedHashMap<>(JSONObjectUtils.parse(usual.body()));
            edit.to(answer);
            return Reply.json(200, answer);
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
