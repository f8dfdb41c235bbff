using System.CommandLine;

namespace Declarative.Cli.Stores;

/// <summary><c>declarative store copy --from … --to …</c></summary>
internal static class StoreCopyCommand
{
    public static Command Make()
    {
        var from = new Option<string>("--from") { Required = true, Description = "The SQLite store, as UseSqlite has it: \"Data Source=app.db\". Its host must be stopped." };
        var to = new Option<string>("--to") { Required = true, Description = "The PostgreSQL store, as UsePostgreSql has it: \"Host=…;Database=…\". It must be empty." };
        var key = new Option<string?>("--secrets-key")
        {
            Description = "The host's Declarative:Secrets:Key, if it had one, so that it had no key file beside the database. By default what the variable Declarative__Secrets__Key holds.",
        };
        var command = new Command("copy", "Brings all data of a SQLite store over to an empty PostgreSQL store, or nothing of it.") { from, to, key };
        command.SetAction((parsed, cancellationToken) => Commands.TryAsync(
            parsed,
            output => StoreCopy.RunAsync(
                parsed.GetRequiredValue(from),
                parsed.GetRequiredValue(to),
                parsed.GetValue(key) ?? Environment.GetEnvironmentVariable("Declarative__Secrets__Key"),
                output,
                cancellationToken)));
        return command;
    }
}
