using System.CommandLine;
using Declarative.Cli.Hosts;
using Declarative.Commerce;
using Declarative.Consumers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Cli.Onboarding;

/// <summary><c>declarative onboard</c>: what an application's own <c>onboard</c> does, with the declarations of the built application and its settings.</summary>
internal static class OnboardCommand
{
    public static Command Make()
    {
        var app = new Option<FileInfo>("--app") { Required = true, Description = "The built application, e.g. bin/Debug/net10.0/BackOffice.dll: its consumers." };
        var settings = new Option<FileInfo>("--settings") { Description = "The application's settings; variables of the environment go before.", DefaultValueFactory = static _ => new FileInfo("appsettings.json") };
        var url = new Option<string?>("--url") { Description = "The commerce side's address. By default what the variable DECLARATIVE_URL holds, or the setting Declarative:Commerce:BaseUrl." };
        var token = new Option<string?>("--token") { Description = "An admin's or an integration's access token there. By default what the variable DECLARATIVE_TOKEN holds, or the setting Declarative:Onboarding:Token." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only says what would be done." };
        var command = new Command("onboard", "Sets an application up at its commerce side: providers, configuration, subscriptions, consumers.") { app, settings, url, token, dryRun, Answer.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var ended = OnboardingCommand.Done;
            var tried = await Commands.TryAsync(parsed, async output =>
            {
                var file = parsed.GetRequiredValue(settings);
                if (!file.Exists)
                    throw new CommandException($"There is no '{file}'; name the application's settings by --settings, e.g. --settings src/BackOffice/appsettings.json.", ExitCode.Usage);
                var local = await LocalHost.OpenAsync(database: null, parsed.GetRequiredValue(app), secretsKey: null, cancellationToken).ConfigureAwait(false);
                await using var _ = local.ConfigureAwait(false);
                var onboarding = new OnboardingCommand
                {
                    Url = parsed.GetValue(url) ?? Environment.GetEnvironmentVariable("DECLARATIVE_URL"),
                    Token = parsed.GetValue(token) ?? Environment.GetEnvironmentVariable("DECLARATIVE_TOKEN"),
                    IsDryRun = parsed.GetValue(dryRun),
                    IsJson = parsed.GetValue(Answer.Json),
                };
                ended = await onboarding.RunAsync(Read(file), local.Services.GetRequiredService<ConsumerTable>().Consumers, file.DirectoryName!, output, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return tried == ExitCode.Done ? ended : tried;
        });
        return command;
    }

    private static IConfigurationRoot Read(FileInfo file)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(file.FullName).AddEnvironmentVariables().Build();
        }
        catch (InvalidDataException exception)
        {
            throw new CommandException($"'{file}' can't be read: {exception.GetBaseException().Message}", ExitCode.Refused, exception);
        }
    }
}
