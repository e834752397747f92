import type { Command } from "commander";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { allServices } from "./services.ts";

/** Asked by the completion scripts; hidden, since it is of no use to people. */
const SERVICE_NAMES = "complete-services";

/** `interlock completion bash | zsh | fish` */
export function addCompletion({ program, action }: CommandHost): void {
  program
    .command("completion <shell>")
    .description("print a completion script: source <(interlock completion bash)")
    .action(
      action(async (context, shell: string) => {
        const write = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
        if (write === undefined) throw new UsageError(`"${shell}" is not a shell that completion is made for; choose bash, zsh or fish.`);
        context.io.write(write(wordsOf(program)));
        return undefined;
      }),
    );
  program.command(SERVICE_NAMES, { hidden: true }).action(
    action(async (context) => {
      for (const { name } of await allServices(context)) context.io.write(`${name}\n`);
      return undefined;
    }),
  );
}

interface CommandWords {
  readonly name: string;
  readonly description: string;
  /** Subcommands, then options. */
  readonly words: readonly string[];
  readonly takesService: boolean;
}

function wordsOf(program: Command): readonly CommandWords[] {
  const common = program.options.map(({ long }) => long ?? "").filter((long) => long !== "--cli-version");
  return program.commands
    .filter((command) => command.name() !== SERVICE_NAMES)
    .map((command) => ({
      name: command.name(),
      description: command.description(),
      words: [
        ...command.commands.map((each) => each.name()),
        ...[command, ...command.commands].flatMap(({ options }) => options.map(({ long }) => long ?? "")),
        ...common,
        ...(command.name() === "completion" ? ["bash", "zsh", "fish"] : []),
      ].filter((word, index, all) => word !== "" && all.indexOf(word) === index),
      takesService: [command, ...command.commands].some(({ registeredArguments }) =>
        registeredArguments.some((argument) => argument.name() === "service"),
      ),
    }));
}

function bashScript(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ name, words, takesService }) => {
    const services = takesService ? ` $(interlock ${SERVICE_NAMES} 2>/dev/null)` : "";
    return `    ${name}) candidates="${words.join(" ")}${services}" ;;`;
  });
  return `_interlock() {
  local candidates
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) candidates="${commands.map(({ name }) => name).join(" ")}" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then candidates="${commands.map(({ name }) => name).join(" ")}"; fi
  COMPREPLY=($(compgen -W "$candidates" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _interlock interlock
`;
}

function zshScript(commands: readonly CommandWords[]): string {
  return `#compdef interlock
autoload -U +X bashcompinit && bashcompinit
${bashScript(commands)}`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, description, words, takesService }) => {
    const condition = `-n '__fish_seen_subcommand_from ${name}'`;
    const options = words.filter((word) => word.startsWith("--")).map((word) => `complete -c interlock ${condition} -l ${word.slice(2)}`);
    const subcommands = words.filter((word) => !word.startsWith("--"));
    return [
      `complete -c interlock -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
      ...options,
      ...(subcommands.length > 0 ? [`complete -c interlock ${condition} -a ${quoted(subcommands.join(" "))}`] : []),
      ...(takesService ? [`complete -c interlock ${condition} -a '(interlock ${SERVICE_NAMES} 2>/dev/null)'`] : []),
    ];
  });
  return `complete -c interlock -f\n${lines.join("\n")}\n`;
}
