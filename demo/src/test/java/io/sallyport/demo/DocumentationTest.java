package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Markdown files: their links resolve, the index lists all of them, and README stays short. */
final class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int README_BYTES = 8192;

    private final MarkdownLinks links = new MarkdownLinks(ROOT);

    @TempDir
    private Path folder;

    @Test
    void hasNoBrokenLinks() throws IOException {
        List<Path> pages = links.pages();
        assertThat(pages).hasSizeGreaterThan(30);
        List<String> flaws = new ArrayList<>();
        int count = 0;
        for (Path page : pages) {
            count += links.of(page).size();
            flaws.addAll(links.flaws(page));
        }
        assertThat(flaws).isEmpty();
        assertThat(count).isGreaterThan(100);
    }

    @Test
    void hasEveryGuideInItsIndex() throws IOException {
        Path docs = ROOT.resolve("docs");
        List<String> indexed = links.of(docs.resolve("README.md"));
        try (Stream<Path> files = Files.list(docs);
                Stream<Path> references = Files.list(docs.resolve("reference"))) {
            assertThat(Stream.concat(files, references)
                            .map(file -> docs.relativize(file).toString())
                            .filter(file -> file.endsWith(".md") && !file.equals("README.md")))
                    .isSubsetOf(indexed);
        }
    }

    @Test
    void keepsReadmeShort() throws IOException {
        assertThat(Files.size(ROOT.resolve("README.md"))).isLessThanOrEqualTo(README_BYTES);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "[x](other.md), ''",
        "[x](other.md#what-it-is), ''",
        "[x](other.md#what-it-is-1), ''",
        "[x](#home), ''",
        "[x](folder), ''",
        "[x](https://example.com/none.md#none), ''",
        "`[x](none.md)`, ''",
        "[x](none.md), no such file",
        "![x](none.svg), no such file",
        "[x]: none.md, no such file",
        "<a href=\"none.md\">, no such file",
        "[`x`](none.md), no such file",
        "[x](other.md#what-it-is-2), no such heading",
        "[x](other.md#What-it-is), no such heading",
        "[x](other.md#not-a-heading), no such heading",
        "[x](#none), no such heading",
        "[x](folder#none), no such heading",
        "[x](/other.md), not relative",
        "[x](../outside.md), outside the repository",
        "[x](target/built.md), a build output"
    })
    void judgesTheLink(String link, String flaw) throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        Files.writeString(folder.resolve("outside.md"), "# Outside\n");
        Files.writeString(Files.createDirectories(root.resolve("target")).resolve("built.md"), "# Built\n");
        Files.createDirectories(root.resolve("folder"));
        Files.writeString(root.resolve("other.md"), "# What `it` is?\n```\n# Not a heading\n```\n## What it is\n");
        Path page = Files.writeString(root.resolve("page.md"), "# Home\n" + link + "\n");
        MarkdownLinks inFolder = new MarkdownLinks(root);

        assertThat(inFolder.pages()).containsExactly(root.resolve("other.md"), page);
        assertThat(inFolder.flaws(page))
                .isEqualTo(flaw.isEmpty() ? List.of() : List.of("page.md: " + link(link) + ": " + flaw));
    }

    private static String link(String text) {
        return text.replaceFirst("^!?\\[.*?\\](?:: |\\()|^<a href=\"", "").replaceFirst("\\)$|\">$", "");
    }
}
