package dev.tributary.server.store;

import dev.tributary.protocol.RunEvent;
import dev.tributary.server.database.Agent;
import dev.tributary.server.database.Database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a ledger writes as a whole or not at all. Handed from the thread that makes it to the
 * ledger's.
 */
sealed interface LedgerEntry {

    /**
     * Takes in the entry behind it, if it is of a kind that is written in one transaction.
     *
     * @return whether it is part of this one now
     */
    default boolean absorb(LedgerEntry next) {
        return false;
    }

    /**
     * Writes it; harmless to repeat.
     *
     * @return tells who waits for it that it is on disk
     */
    Runnable write(Database database);

    /** What is done, for the log: "cannot ...". */
    String what();

    /** Whether it waits for room on the disk or a database that is away; else it is refused. */
    default boolean isPatient() {
        return true;
    }

    /**
     * Whether it shares no transaction: what takes long, and what is written in no order that all
     * runs keep, would hold up other runs or collide with them.
     */
    default boolean standsAlone() {
        return false;
    }

    /** Whether the database is there once it is written. */
    default boolean isInDatabase() {
        return true;
    }

    /** It cannot be written, and never will be. */
    default void fail(RuntimeException cause) {}

    /** What nothing else depends on: who has been seen, and what has happened. */
    final class Notes implements LedgerEntry {
        private final String runId;
        private final List<Agent> agents = new ArrayList<>();
        private final List<RunEvent> events = new ArrayList<>();

        private Notes(String runId) {
            this.runId = runId;
        }

        static Notes seen(String runId, Agent agent) {
            Notes notes = new Notes(runId);
            notes.agents.add(agent);
            return notes;
        }

        static Notes happened(String runId, RunEvent event) {
            Notes notes = new Notes(runId);
            notes.events.add(event);
            return notes;
        }

        /** Who registers is seen and told of: ten thousand who come at once alternate so. */
        @Override
        public boolean absorb(LedgerEntry next) {
            if (next instanceof Notes more) {
                agents.addAll(more.agents);
                events.addAll(more.events);
                return true;
            }
            return false;
        }

        @Override
        public Runnable write(Database database) {
            if (!agents.isEmpty()) {
                database.agents().seen(agents);
            }
            if (!events.isEmpty()) {
                database.events().append(runId, events);
            }
            return () -> {};
        }

        /** Agents are rows that all runs share. */
        @Override
        public boolean standsAlone() {
            return !agents.isEmpty();
        }

        @Override
        public String what() {
            return "note what happened";
        }
    }

    /**
     * Updates that came before the database had their round; they go on once what is before this is
     * written.
     *
     * @param goOn has their receipts written
     * @param answer as its end
     */
    record Held(Supplier<CompletableFuture<Void>> goOn, CompletableFuture<Void> answer)
            implements LedgerEntry {
        @Override
        public Runnable write(Database database) {
            return () -> {
                CompletableFuture<Void> unused =
                        goOn.get()
                                .whenComplete(
                                        (done, failure) -> {
                                            if (failure == null) {
                                                answer.complete(null);
                                            } else {
                                                answer.completeExceptionally(failure);
                                            }
                                        });
            };
        }

        @Override
        public boolean isInDatabase() {
            return false;
        }

        @Override
        public String what() {
            return "write receipts";
        }

        /** Their senders come again. */
        @Override
        public boolean isPatient() {
            return false;
        }

        @Override
        public void fail(RuntimeException cause) {
            answer.completeExceptionally(cause);
        }
    }

    /** A file that must be on disk before what comes behind it. */
    record Force(ModelVersion model, CompletableFuture<Void> done) implements LedgerEntry {
        @Override
        public Runnable write(Database database) {
            try {
                model.force();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return () -> done.complete(null);
        }

        @Override
        public boolean standsAlone() {
            return true;
        }

        @Override
        public boolean isInDatabase() {
            return false;
        }

        @Override
        public String what() {
            return "force the model to disk";
        }

        @Override
        public void fail(RuntimeException cause) {
            done.completeExceptionally(cause);
        }
    }

    /** A statement of its own. */
    record Single(String what, Runnable statement, CompletableFuture<Void> done)
            implements LedgerEntry {
        @Override
        public Runnable write(Database database) {
            statement.run();
            return () -> done.complete(null);
        }

        @Override
        public void fail(RuntimeException cause) {
            done.completeExceptionally(cause);
        }
    }

    /** The last one: nothing behind it is written. */
    record End() implements LedgerEntry {
        @Override
        public Runnable write(Database database) {
            return () -> {};
        }

        @Override
        public boolean standsAlone() {
            return true;
        }

        @Override
        public String what() {
            return "end";
        }
    }
}
