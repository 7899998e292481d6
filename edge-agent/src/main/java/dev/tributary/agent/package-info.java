/**
 * The program that runs clients beside their data.
 *
 * <p>A {@link dev.tributary.agent.Client} is an identity and its data. Its {@link
 * dev.tributary.agent.ClientLoop} asks the server for a task, fetches the model, trains it on a
 * {@link dev.tributary.agent.Workbench}, sends the update and reads the receipt, until the run has
 * ended. An {@link dev.tributary.agent.Agent} hosts one or several clients in one process: a thread
 * and a connection each, and as many workbenches as clients may compute at a time. The server is
 * behind {@link dev.tributary.agent.ServerClient}; how a model is trained behind {@link
 * dev.tributary.agent.ModelTrainer}.
 */
@NullMarked
package dev.tributary.agent;

import org.jspecify.annotations.NullMarked;
