using System.CommandLine;
using Declarative.Storage;

namespace Declarative.Cli.Hosts;

/// <summary>
/// How commands reach what they work on: a host that runs, by its address and a token; or the same routes in this process, on a store whose
/// host is stopped (SQLite) or runs beside (PostgreSQL), with the declarations of a built application.
/// </summary>
internal static class HostOptions
{
    private static readonly Option<string?> Url = new("--url") { Recursive = true, Description = "The host's address, e.g. https://shop.example.com. By default what the variable DECLARATIVE_URL holds." };

    private static readonly Option<string?> Token = new("--token") { Recursive = true, Description = "An admin's or an integration's access token. By default what the variable DECLARATIVE_TOKEN holds, where other processes don't see it." };

    private static readonly Option<string?> Database = new("--database") { Recursive = true, Description = "Instead of a host its store, as the host has it: \"Data Source=app.db\" (its host must be stopped) or \"Host=…;Database=…\"." };

    private static readonly Option<FileInfo?> App = new("--app") { Recursive = true, Description = "The built application, e.g. bin/Debug/net10.0/Shop.dll: its declarations, by themselves for events, or beside --database." };

    private static readonly Option<string?> Key = new("--secrets-key") { Recursive = true, Description = "With --database: the host's Declarative:Secrets:Key, if it has one. By default what the variable Declarative__Secrets__Key holds." };

    /// <summary>Adds the options to a group of commands and all below it.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in (Option[])[Url, Token, Database, App, Key])
            command.Options.Add(option);
    }

    /// <summary>Opens what the options name.</summary>
    /// <exception cref="CommandException">They name nothing, or what can't be reached.</exception>
    /// <exception cref="StoreException">The store can't be used.</exception>
    public static async Task<HostApi> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (database, app) = (parsed.GetValue(Database), parsed.GetValue(App));
        if (database is not null)
            return HostApi.Over(await LocalHost.OpenAsync(database, app, parsed.GetValue(Key) ?? Environment.GetEnvironmentVariable("Declarative__Secrets__Key"), cancellationToken).ConfigureAwait(false));
        var text = parsed.GetValue(Url) ?? Environment.GetEnvironmentVariable("DECLARATIVE_URL")
            ?? throw new CommandException("Say what to work on: a host that runs, by --url or DECLARATIVE_URL; or a store, by --database.", ExitCode.Usage);
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new CommandException($"'{text}' is no address of a host; write it with its scheme, such as https://shop.example.com.", ExitCode.Usage);
        return HostApi.At(url, parsed.GetValue(Token) ?? Environment.GetEnvironmentVariable("DECLARATIVE_TOKEN"));
    }

    /// <summary>Opens the declarations of the built application; null if the options name none.</summary>
    /// <exception cref="CommandException">They can't be read.</exception>
    public static async Task<LocalHost?> OpenAppAsync(ParseResult parsed, CancellationToken cancellationToken) => parsed.GetValue(App) is { } app
        ? await LocalHost.OpenAsync(database: null, app, secretsKey: null, cancellationToken).ConfigureAwait(false)
        : null;
}
