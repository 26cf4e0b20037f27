package io.sallyport.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The relative links between the Markdown files below one folder. A link is broken if its target is missing, is a build
 * output or outside the folder, or has no heading of that name. Links to other sites are not followed.
 */
final class MarkdownLinks {
    private static final Set<String> SKIPPED = Set.of("target", "node_modules", ".venv", ".git", ".terraform", ".idea");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *(```+|~~~+).*?^ *\\1 *$");
    private static final Pattern CODE = Pattern.compile("`[^`\n]+`");
    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");
    private static final Pattern LINK =
            Pattern.compile("\\]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)|(?m:^\\[[^\\]]+\\]:\\s*(\\S+))"
                    + "|(?:href|src)=\"([^\"]+)\"");
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#*$");
    private static final Pattern ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");

    private final Path root;
    private final Map<Path, Set<String>> anchors = new HashMap<>();

    MarkdownLinks(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** All Markdown files below the folder, without those of build outputs. */
    List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return isSkipped(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    pages.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return pages.stream().sorted().toList();
    }

    /** The links of a page as written, without those to other sites. */
    List<String> of(Path page) throws IOException {
        String text = CODE.matcher(prose(page)).replaceAll("");
        List<String> links = new ArrayList<>();
        Matcher link = LINK.matcher(text);
        while (link.find()) {
            String target = written(link);
            if (!SCHEME.matcher(target).matches()) {
                links.add(target);
            }
        }
        return links;
    }

    private static String written(Matcher link) {
        int group = 1;
        while (link.group(group) == null) {
            group++;
        }
        return link.group(group);
    }

    /** What is wrong with the links of a page, each as "page: link: flaw". */
    List<String> flaws(Path page) throws IOException {
        List<String> flaws = new ArrayList<>();
        for (String link : of(page)) {
            String flaw = flaw(page, link);
            if (!flaw.isEmpty()) {
                flaws.add(root.relativize(page.toAbsolutePath().normalize()) + ": " + link + ": " + flaw);
            }
        }
        return flaws;
    }

    private String flaw(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        if (path.startsWith("/")) {
            return "not relative";
        }
        Path target = path.isEmpty()
                ? page.toAbsolutePath().normalize()
                : page.toAbsolutePath().resolveSibling(path).normalize();
        if (!target.startsWith(root)) {
            return "outside the repository";
        }
        if (!Files.exists(target)) {
            return "no such file";
        }
        for (Path folder = target; !folder.equals(root); folder = folder.getParent()) {
            if (isSkipped(folder)) {
                return "a build output";
            }
        }
        if (hash < 0) {
            return "";
        }
        return anchors(target).contains(link.substring(hash + 1)) ? "" : "no such heading";
    }

    private Set<String> anchors(Path page) throws IOException {
        if (!page.toString().endsWith(".md")) {
            return Set.of();
        }
        Set<String> known = anchors.get(page);
        if (known == null) {
            known = new HashSet<>();
            String text = prose(page);
            Matcher heading = HEADING.matcher(text);
            while (heading.find()) {
                String name = anchor(heading.group(1));
                String unique = name;
                for (int i = 1; !known.add(unique); i++) {
                    unique = name + "-" + i;
                }
            }
            Matcher anchor = ANCHOR.matcher(text);
            while (anchor.find()) {
                known.add(anchor.group(1));
            }
            anchors.put(page, known);
        }
        return known;
    }

    /** GitHub's anchor for a heading. */
    static String anchor(String heading) {
        return heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static String prose(Path page) throws IOException {
        String text = FENCE.matcher(Files.readString(page)).replaceAll("");
        return COMMENT.matcher(text).replaceAll("");
    }

    private static boolean isSkipped(Path folder) {
        return SKIPPED.contains(String.valueOf(folder.getFileName())) && Files.isDirectory(folder);
    }
}
