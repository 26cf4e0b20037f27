package io.sallyport.identity.cache;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.Name;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the identities that one unauthenticated request names such that the timing of a denial reveals nothing: it costs
 * the same reads of the store whether the identity exists or not, and whether it was cached or not. A denial is remembered
 * for a moment and then costs no read. A grant costs only the reads that {@link CachedIdentities} makes.
 *
 * <p>A caller decides; if it denies, it calls {@link #again} once and, if that returns true, decides once more:
 *
 * <pre>{@code
 * try {
 *     return admit(reads);
 * } catch (Refused refused) {
 *     if (!reads.again(refused)) {
 *         throw refused;
 *     }
 *     return admit(reads);
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class UniformReads {
    private final CachedIdentities identities;
    private final long changes;
    private final Instant start;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private boolean hasAskedAgain;

    UniformReads(CachedIdentities identities) {
        this.identities = identities;
        // Before the first read: a change from now on outdates what is read.
        this.changes = identities.changes();
        this.start = identities.now();
    }

    /** A question and its findings. */
    private static final class Answer {
        private final Question question;
        private final Reads reads;
        private final boolean isRemembered;
        private Optional<RecentDenials.Finding> finding;

        Answer(Question question, Reads reads, Optional<RecentDenials.Finding> remembered) {
            this.question = question;
            this.reads = reads;
            this.isRemembered = remembered.isPresent();
            this.finding = remembered;
        }

        RecentDenials.Finding ask() throws Refused {
            try {
                return new RecentDenials.Finding(question.ask(reads), Optional.empty());
            } catch (Refused refused) {
                if (refused.reason().isUndecided()) {
                    throw refused;
                }
                return new RecentDenials.Finding(List.of(), Optional.of(refused));
            }
        }
    }

    /**
     * Finds the identity with that id.
     *
     * @throws Refused as {@link IdentityStore#findRecord}
     */
    public Optional<Identity> find(IdentityId id) throws Refused {
        return first(ask(new Question.ById(id)));
    }

    /** Finds a client as {@link CachedIdentities#findClient} does. */
    public Optional<Identity> findClient(String clientId) throws Refused {
        return Name.isValid(clientId) ? first(ask(new Question.ByClientId(new Name(clientId)))) : Optional.empty();
    }

    /** Finds identities as {@link CachedIdentities#trusting} does. */
    public List<Identity> trusting(String issuer, String subject) throws Refused {
        return ask(new Question.ByAssertion(issuer, subject));
    }

    /** Declares that the request may ask for this client: a denial then costs the same, whether it does or not. */
    public void mayFindClient(String clientId) {
        if (Name.isValid(clientId)) {
            answer(new Question.ByClientId(new Name(clientId)));
        }
    }

    /** Declares that the request may ask {@link #trusting}. */
    public void mayAskTrusting(String issuer, String subject) {
        answer(new Question.ByAssertion(issuer, subject));
    }

    private static Optional<Identity> first(List<Identity> found) {
        return found.isEmpty() ? Optional.empty() : Optional.of(found.get(0));
    }

    private List<Identity> ask(Question question) throws Refused {
        Answer answer = answer(question);
        if (answer.finding.isEmpty()) {
            answer.finding = Optional.of(answer.ask());
        }
        return answer.finding.get().identities();
    }

    private Answer answer(Question question) {
        String key = question.key();
        Answer known = answers.get(key);
        if (known != null) {
            return known;
        }
        Answer answer = new Answer(
                question,
                new Reads(identities, question.finds(), question.lookups().size()),
                identities.denials().get(key, start, changes));
        answers.put(key, answer);
        return answer;
    }

    /**
     * Repeats all questions of this request against the store after a denial. Those that were already read from the
     * store, for this request or for a recently denied one, are not read again.
     *
     * @return whether an answer differs from before, so that the decision must be made again
     * @throws Refused if the store did not answer: then nothing is decided
     */
    public boolean again(Refused denial) throws Refused {
        if (denial.reason().isUndecided() || hasAskedAgain) {
            return false;
        }
        hasAskedAgain = true;
        boolean isOther = false;
        for (Answer answer : answers.values()) {
            if (!answer.isRemembered) {
                isOther |= again(answer);
            }
        }
        return isOther;
    }

    private boolean again(Answer answer) throws Refused {
        Optional<RecentDenials.Finding> before = answer.finding;
        answer.reads.askAgain();
        RecentDenials.Finding now = answer.ask();
        answer.reads.useUp(answer.question.lookups(), answer.question.filler());
        identities.denials().put(answer.question.key(), now, start, answer.reads.goodUntil(), changes);
        answer.finding = Optional.of(now);
        return before.isPresent() && !now.isSame(before.get());
    }
}
