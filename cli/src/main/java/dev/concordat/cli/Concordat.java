package dev.concordat.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself, and what all of its parts have in common. */
@Command(
    name = "concordat",
    mixinStandardHelpOptions = true,
    version = "Concordat 0.1.0",
    description = "Server-to-server OAuth for Exchange, Skype for Business and SharePoint.",
    footer = {
      "",
      "The suite on this machine: up [--detach] [--fresh] [--port-offset N], down, status, test;"
          + " simulator; bench, soak, chaos."
    },
    subcommands = {
      PartnerCommand.class,
      ProbeCommand.class,
      DiagnoseCommand.class,
      TokenCommand.class,
      KeyCommand.class,
      StateCommand.class,
      EventsCommand.class,
      GenerateCompletion.class,
      CommandLine.HelpCommand.class
    })
public final class Concordat implements Runnable {

  @Spec CommandSpec spec;

  Concordat() {}

  public static void main(String... arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Concordat())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, line, _) -> {
              if (failure instanceof CommandFailure told) {
                line.getErr().println(told.sentence());
                return told.exitCode();
              }
              line.getErr()
                  .println(
                      "Something went wrong inside this command: "
                          + failure.getClass().getSimpleName()
                          + ". Please report it with what you typed.");
              return CommandFailure.FAILED;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "A command is missing.");
  }
}
