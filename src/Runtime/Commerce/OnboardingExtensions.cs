using Declarative.Commerce;
using Declarative.Consumers;
using Declarative.Events;
using Declarative.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Declarative;

/// <summary>Sets an application up at its commerce side.</summary>
public static class OnboardingExtensions
{
    /// <summary>
    /// Carries out the command <c>onboard</c>: at the commerce side (<c>Declarative:Commerce:BaseUrl</c>) it makes the event providers, sets eventing up, subscribes to
    /// events and registers this application's consumers, as <see cref="OnboardingOptions"/> says, and prints what it did. What is there already stays. The
    /// application need not be started, and its store is not opened.
    /// </summary>
    /// <param name="host">The application, built.</param>
    /// <param name="arguments">What stands behind <c>onboard</c>: <c>--dry-run</c>, <c>--json</c>, <c>--url &lt;address&gt;</c>, <c>--token &lt;token&gt;</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How the program should end: 0 done, 1 refused, 2 the arguments make no sense, 3 the commerce side can't be reached.</returns>
    /// <exception cref="DeclarativeStartException">The declarations can't be used.</exception>
    public static async Task<int> OnboardAsync(this IHost host, IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(arguments);
        if (OnboardingCommand.Parse(arguments) is not { } command)
        {
            await Console.Error.WriteLineAsync("Usage: onboard [--dry-run] [--json] [--url <address of the commerce side>] [--token <access token>]").ConfigureAwait(false);
            return OnboardingCommand.Usage;
        }

        var table = host.Services.GetRequiredService<ConsumerTable>();
        if (host.Services.GetRequiredService<EventRegistry>().Problems is { Count: > 0 } problems)
            throw new DeclarativeStartException(problems);
        return await command.RunAsync(host.Services.GetRequiredService<IConfiguration>(), table.Consumers, host.Services.GetRequiredService<IHostEnvironment>().ContentRootPath, Console.Out, cancellationToken).ConfigureAwait(false);
    }
}
