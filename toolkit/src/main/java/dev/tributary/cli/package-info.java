/**
 * The command line: one {@link dev.tributary.cli.Main}, and what all commands share.
 *
 * <p>Each module adds commands as {@link dev.tributary.cli.CommandProvider}s through {@link
 * java.util.ServiceLoader}. A command fails by throwing; {@code Main} turns whatever was thrown
 * into one line on stderr and an exit code: 1 for a failure, 2 for a wrong command line. Around the
 * commands: {@link dev.tributary.cli.Terminal} (what the output can show), {@link
 * dev.tributary.cli.display.FederationDisplay} (a run as it happens), {@link
 * dev.tributary.cli.chart.Chart} (a run as a picture), {@link dev.tributary.cli.LaunchCommand} (how
 * to start one more of these processes) and {@link dev.tributary.cli.Format} (numbers for people).
 * Options that several commands have are mixins: {@link dev.tributary.cli.DeviceOption}, {@link
 * dev.tributary.cli.ModelOptions}, {@link dev.tributary.cli.DataSettings}, {@link
 * dev.tributary.cli.RunsDirectoryOption} and {@link dev.tributary.cli.CredentialsOption}. Nothing
 * here touches DJL before a command asks for its device: a command line that is wrong says so
 * before any native library loads.
 */
@NullMarked
package dev.tributary.cli;

import org.jspecify.annotations.NullMarked;
