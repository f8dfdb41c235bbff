using System.CommandLine;

namespace Declarative.Cli;

/// <summary><c>declarative completion bash|zsh|pwsh</c>: the lines that make a shell complete commands, which ask this program by its <c>[suggest]</c> directive.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _declarative() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(declarative "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _declarative declarative
        """;

    private const string Zsh = """
        _declarative() {
            compadd -- ${(f)"$(declarative "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)"}
        }
        compdef _declarative declarative
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName declarative -ScriptBlock {
            param($word, $line, $position)
            declarative "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    public static Command Make()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        var command = new Command("completion", "Prints what completes these commands in a shell, e.g. for ~/.bashrc: source <(declarative completion bash)") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => PowerShell,
        }));
        return command;
    }
}
