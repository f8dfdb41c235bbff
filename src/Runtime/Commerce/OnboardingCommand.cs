using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Declarative.Consumers;
using Microsoft.Extensions.Configuration;

namespace Declarative.Commerce;

/// <summary>The command <c>onboard</c>, as an application and the command-line tool have it.</summary>
internal sealed class OnboardingCommand
{
    /// <summary>How it ends for scripts: done, refused, or the commerce side can't be reached.</summary>
    public const int Done = 0, Refused = 1, Usage = 2, Unreachable = 3;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The commerce side's address, if it isn't the configured one.</summary>
    public string? Url { get; set; }

    /// <summary>The access token, if it isn't the configured one.</summary>
    public string? Token { get; set; }

    /// <summary>Whether it only says what it would do.</summary>
    public bool IsDryRun { get; set; }

    /// <summary>Whether it prints JSON.</summary>
    public bool IsJson { get; set; }

    /// <summary>Reads the arguments behind <c>onboard</c>; null if they make no sense.</summary>
    public static OnboardingCommand? Parse(IReadOnlyList<string> arguments)
    {
        var command = new OnboardingCommand();
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--dry-run":
                    command.IsDryRun = true;
                    break;
                case "--json":
                    command.IsJson = true;
                    break;
                case "--url" when i + 1 < arguments.Count:
                    command.Url = arguments[++i];
                    break;
                case "--token" when i + 1 < arguments.Count:
                    command.Token = arguments[++i];
                    break;
                default:
                    return null;
            }
        }

        return command;
    }

    /// <summary>Carries it out.</summary>
    /// <param name="configuration">The application's configuration.</param>
    /// <param name="consumers">The application's consumers.</param>
    /// <param name="folder">What the file of events is relative to.</param>
    /// <param name="output">Where to print.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How it ended.</returns>
    public async Task<int> RunAsync(IConfiguration configuration, IReadOnlyList<Consumer> consumers, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        OnboardingRun? run = null;
        try
        {
            var plan = OnboardingPlan.Of(configuration, consumers, folder, Url, Token);
            using var api = new CommerceApi(plan.Store, plan.Token);
            run = new OnboardingRun(plan, api, IsDryRun);
            if (!IsJson)
                await output.WriteLineAsync($"Onboarding at {plan.Store}{(IsDryRun ? " (dry run: nothing is changed)" : "")}").ConfigureAwait(false);
            await run.RunAsync(cancellationToken).ConfigureAwait(false);
            await (IsJson ? output.WriteLineAsync(Json(run.Steps).ToJsonString(Indented)) : WriteAsync(output, run.Steps, Sum(run.Steps))).ConfigureAwait(false);
            return Done;
        }
        catch (OnboardingException failure)
        {
            var lines = new[] { $"{failure.Label}: {failure.Message}" }.Concat((failure.Payload as JsonArray ?? []).Select(static one => "  - " + one));
            await (IsJson ? output.WriteLineAsync(Json(failure).ToJsonString(Indented)) : WriteAsync(output, run?.Steps ?? [], string.Join(Environment.NewLine, lines))).ConfigureAwait(false);
            return failure.IsUnreachable ? Unreachable : Refused;
        }
    }

    private static JsonObject Json(OnboardingException failure) => new()
    {
        ["success"] = false,
        ["error"] = new JsonObject { ["label"] = failure.Label, ["reason"] = failure.Message, ["payload"] = failure.Payload },
    };

    private JsonObject Json(IReadOnlyList<OnboardingStep> steps) => new()
    {
        ["success"] = true,
        ["dry_run"] = IsDryRun,
        ["steps"] = new JsonArray([.. steps.Select(static one => new JsonObject { ["kind"] = one.Kind, ["name"] = one.Name, ["change"] = Word(one.Change), ["detail"] = one.Detail })]),
    };

    /// <summary>Each step on a line: a sign and the word that says the same, what it is about, and more.</summary>
    private async Task WriteAsync(TextWriter output, IReadOnlyList<OnboardingStep> steps, string last)
    {
        foreach (var one in steps)
        {
            var sign = one.Change switch { Change.Created => "+", Change.Updated => "~", Change.Kept => "=", _ => "!" };
            var done = IsDryRun && one.Change is Change.Created or Change.Updated ? $"would be {Word(one.Change)}" : Word(one.Change);
            await output.WriteLineAsync($"{sign} {done.PadRight(IsDryRun ? 16 : 7)}  {one.Kind,-13}  {Plain(one.Name)}  {Plain(one.Detail)}".TrimEnd()).ConfigureAwait(false);
        }

        await output.WriteLineAsync(last).ConfigureAwait(false);
    }

    private string Sum(IReadOnlyList<OnboardingStep> steps)
    {
        var changed = steps.Count(static one => one.Change is Change.Created or Change.Updated);
        var left = steps.Count(static one => one.Change == Change.Left);
        return string.Create(CultureInfo.InvariantCulture, $"{(changed == 0 ? "Nothing changed" : IsDryRun ? $"{changed} would be changed" : $"{changed} changed")}: {steps.Count - changed - left} of {steps.Count} were there{(left > 0 ? $", {left} left to you" : "")}.");
    }

    private static string Word(Change change) => change switch { Change.Created => "created", Change.Updated => "updated", Change.Kept => "kept", _ => "left" };

    /// <summary>Names come from files and other servers: control characters could move a terminal's cursor.</summary>
    private static string Plain(string text) => string.Concat(text.Select(static one => char.IsControl(one) ? ' ' : one));
}
