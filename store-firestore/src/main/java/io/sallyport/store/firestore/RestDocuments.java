package io.sallyport.store.firestore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The requests to and answers from one database over REST: Cloud Firestore API v1, REST resource
 * "projects.databases.documents".
 *
 * @param database such as {@code projects/shop/databases/sallyport}
 */
record RestDocuments(String database) {
    private static final String DOCUMENT_ID = "__name__";

    String path(String method) {
        return "/v1/" + database + "/documents:" + method;
    }

    private String name(DocumentPath document) {
        return database + "/documents/" + document.collection() + "/" + document.id();
    }

    private DocumentPath parseName(@Nullable Object name) throws RestFailure {
        String text = RestValues.text(name);
        String start = database + "/documents/";
        int slash = text.indexOf('/', start.length());
        if (!text.startsWith(start) || slash < 0 || text.indexOf('/', slash + 1) >= 0) {
            throw RestValues.malformed();
        }
        return new DocumentPath(text.substring(start.length(), slash), text.substring(slash + 1));
    }

    Map<String, Object> batchGet(List<DocumentPath> documents) {
        List<String> names = new ArrayList<>();
        for (DocumentPath document : documents) {
            names.add(name(document));
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("documents", names);
        return request;
    }

    /** In the order of the paths, which the answer does not keep. */
    List<Snapshot> readBatch(List<DocumentPath> documents, List<@Nullable Object> answer) throws RestFailure {
        Map<String, Snapshot> read = new HashMap<>();
        for (Object part : answer) {
            Map<?, ?> object = RestValues.object(part);
            if (object.containsKey("found")) {
                Snapshot found = snapshot(RestValues.object(object.get("found")));
                read.put(name(found.path()), found);
            } else if (object.containsKey("missing")) {
                DocumentPath missing = parseName(object.get("missing"));
                // A missing document is never replaced.
                read.put(name(missing), new Snapshot(missing, Optional.empty(), ""));
            }
        }
        List<Snapshot> inOrder = new ArrayList<>();
        for (DocumentPath document : documents) {
            Snapshot snapshot = read.get(name(document));
            if (snapshot == null) {
                throw RestValues.malformed();
            }
            inOrder.add(snapshot);
        }
        return inOrder;
    }

    Map<String, Object> runQuery(Query query) {
        Map<String, Object> structured = new LinkedHashMap<>();
        structured.put("from", List.of(Map.of("collectionId", query.collection())));
        structured.put("limit", query.limit());
        if (query instanceof Query.Containing containing) {
            structured.put("select", Map.of("fields", List.of(field(DOCUMENT_ID))));
            structured.put("where", filter(containing.list(), "ARRAY_CONTAINS_ANY", containing.anyOf()));
        } else {
            Query.InOrder ordered = (Query.InOrder) query;
            structured.put("offset", ordered.skip());
            structured.put("orderBy", List.of(ascending(ordered.field()), ascending(DOCUMENT_ID)));
            if (!ordered.prefix().isEmpty()) {
                List<Object> both = List.of(
                        filter(ordered.field(), "GREATER_THAN_OR_EQUAL", ordered.prefix()),
                        filter(ordered.field(), "LESS_THAN", ordered.prefixEnd()));
                structured.put("where", Map.of("compositeFilter", Map.of("op", "AND", "filters", both)));
            }
            if (ordered.after().isPresent()) {
                Query.After after = ordered.after().get();
                String name = name(new DocumentPath(ordered.collection(), after.id()));
                List<Object> values = List.of(RestValues.write(after.text()), Map.of("referenceValue", name));
                structured.put("startAt", Map.of("values", values, "before", false));
            }
        }
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("structuredQuery", structured);
        return request;
    }

    private static Map<String, Object> field(String name) {
        return Map.of("fieldPath", name);
    }

    private static Map<String, Object> ascending(String field) {
        return Map.of("field", field(field), "direction", "ASCENDING");
    }

    private static Map<String, Object> filter(String field, String operator, Object value) {
        return Map.of("fieldFilter", Map.of("field", field(field), "op", operator, "value", RestValues.write(value)));
    }

    /** In the order of the answer. */
    List<Snapshot> readQuery(List<@Nullable Object> answer) throws RestFailure {
        List<Snapshot> found = new ArrayList<>();
        for (Object part : answer) {
            // Other parts report only progress.
            Object document = RestValues.object(part).get("document");
            if (document != null) {
                found.add(snapshot(RestValues.object(document)));
            }
        }
        return found;
    }

    private Snapshot snapshot(Map<?, ?> document) throws RestFailure {
        return new Snapshot(
                parseName(document.get("name")),
                Optional.of(RestValues.readFields(document.get("fields"))),
                RestValues.text(document.get("updateTime")));
    }

    Map<String, Object> create(DocumentPath document, Map<String, Object> fields) {
        Map<String, Object> write = set(document, fields);
        write.put("currentDocument", Map.of("exists", false));
        return write;
    }

    Map<String, Object> set(DocumentPath document, Map<String, Object> fields) {
        Map<String, Object> write = new LinkedHashMap<>();
        write.put("update", Map.of("name", name(document), "fields", RestValues.writeFields(fields)));
        return write;
    }

    /** Without the mask, the document would lose its other fields. */
    Map<String, Object> replace(Snapshot read, Map<String, Object> fields) {
        Map<String, Object> write = set(read.path(), fields);
        write.put("updateMask", Map.of("fieldPaths", List.copyOf(fields.keySet())));
        write.put("currentDocument", Map.of("updateTime", read.state()));
        return write;
    }

    Map<String, Object> delete(DocumentPath document) {
        return Map.of("delete", name(document));
    }
}
