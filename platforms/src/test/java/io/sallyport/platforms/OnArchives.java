package io.sallyport.platforms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a class of tests, and says why, if nothing was packaged or the packages contain older classes. */
final class OnArchives implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isPresent() || context.getTestClass().isEmpty()) {
            return ConditionEvaluationResult.enabled("the class decides");
        }
        Optional<String> missing = missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the archives are there");
        }
        System.out.println(context.getDisplayName() + " is skipped: " + missing.get());
        return ConditionEvaluationResult.disabled(missing.get());
    }

    private static Optional<String> missing() {
        try {
            return Archives.missing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
