using Declarative.Delivery;
using Microsoft.Extensions.Options;

namespace Declarative.EventBridge;

/// <summary>Reports all that is wrong with the options when the host starts.</summary>
internal sealed class EventBridgeOptionsCheck(DeliveryHttp http) : IValidateOptions<EventBridgeOptions>
{
    public ValidateOptionsResult Validate(string? name, EventBridgeOptions options)
    {
        var problems = options.Problems().ToList();
        if (options.Endpoint is { } endpoint && http.ProblemOf(endpoint) is { } problem)
            problems.Add("Declarative:EventBridge:Endpoint: " + problem);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
