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
 * The identities that one unauthenticated request names, so found that a denial tells nothing by its time: it costs the same
 * reads of the store whether there is such an identity or not, and whether it was cached or not. A denial is remembered for a
 * moment, and costs no read then. What is granted costs no read that {@link CachedIdentities} does not make.
 *
 * <p>A caller decides, and when it denies asks once {@link #again} and, if that is told, decides once more:
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
 * <p>For one thread.
 */
public final class UniformReads {
    private final CachedIdentities identities;
    private final long changes;
    private final Instant start;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private boolean hasAskedAgain;

    UniformReads(CachedIdentities identities) {
        this.identities = identities;
        // Before anything is read: what changes from now on outdates what is read.
        this.changes = identities.changes();
        this.start = identities.now();
    }

    /** A question, and what was found. */
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
     * The identity of that id.
     *
     * @throws Refused as {@link IdentityStore#findRecord}
     */
    public Optional<Identity> find(IdentityId id) throws Refused {
        return first(ask(new Question.ById(id)));
    }

    /** As {@link CachedIdentities#findClient}. */
    public Optional<Identity> findClient(String clientId) throws Refused {
        return Name.isValid(clientId) ? first(ask(new Question.ByClientId(new Name(clientId)))) : Optional.empty();
    }

    /** As {@link CachedIdentities#trusting}. */
    public List<Identity> trusting(String issuer, String subject) throws Refused {
        return ask(new Question.ByAssertion(issuer, subject));
    }

    /** Says that the request may ask for such a client: a denial costs the same then, whether it comes to that or not. */
    public void mayFindClient(String clientId) {
        if (Name.isValid(clientId)) {
            answer(new Question.ByClientId(new Name(clientId)));
        }
    }

    /** Says that the request may ask {@link #trusting}. */
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
     * Asks all questions of this request again after a denial, of the store itself. Those that were read from there for this
     * request, or for one that was denied a moment ago, are not read again.
     *
     * @return whether another answer came than before, and so the decision must be made again
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
