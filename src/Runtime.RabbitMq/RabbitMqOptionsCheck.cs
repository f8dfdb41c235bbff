using Microsoft.Extensions.Options;

namespace Declarative.RabbitMq;

/// <summary>Reports all that is wrong with the options when the host starts.</summary>
internal sealed class RabbitMqOptionsCheck : IValidateOptions<RabbitMqOptions>
{
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
