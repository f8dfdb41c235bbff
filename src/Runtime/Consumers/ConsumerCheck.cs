using System.Diagnostics.CodeAnalysis;
using Declarative.Acl;
using Declarative.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Declarative.Consumers;

/// <summary>Looks at start for what would fail at the first event.</summary>
internal sealed class ConsumerCheck(ConsumerTable table, WireJson json, IOptions<ConsumerOptions> options, IConfiguration configuration, IServiceProvider services)
{
    public IEnumerable<string> Problems()
    {
        var problems = new List<string>(options.Value.Problems());
        problems.AddRange(table.Problems);
        var isService = services.GetService<IServiceProviderIsService>();
        foreach (var row in table.Consumers.SelectMany(static consumer => consumer.Router.All).SelectMany(static route => route.Rows))
        {
            var where = $"Event '{row.Event.Name}' of consumer '{row.Event.Consumer}' ({row.Event.DeclaredIn}): ";
            if (row.Handler is not null && row.Event.Inputs is { } inputs)
                problems.AddRange(inputs.Problems(configuration).Select(one => $"{where}the input {one.Path} of the configuration, which its handler {row.Event.Handler} takes, {one.Problem}."));
            if (row.NeedsContract && json.ProblemOfPayload(row.Payload) is { } problem)
                problems.Add($"{where}{problem}.");
            if (row.Handler is { } handler && isService is not null && MissingOf(handler, isService) is { } missing)
                problems.Add($"{where}its handler {handler} can't be made: {missing}");
        }

        foreach (var ingestion in table.Ingestions.Where(static one => one.Descriptor.Authenticator is not null))
        {
            if (isService is not null && MissingOf(ingestion.Descriptor.Authenticator!, isService) is { } missing)
                problems.Add($"Ingestion {ingestion.Descriptor.Path} ({ingestion.Descriptor.DeclaredIn}): {ingestion.Descriptor.Authenticator} can't be made: {missing}");
        }

        return problems;
    }

    /// <summary>What no constructor of the class can get; null if one of them can be called.</summary>
    private static string? MissingOf([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type, IServiceProviderIsService isService)
    {
        string? problem = "it has no public constructor.";
        foreach (var constructor in type.GetConstructors())
        {
            var missing = constructor.GetParameters().Where(parameter => !parameter.HasDefaultValue
                && parameter.GetCustomAttributes(typeof(FromKeyedServicesAttribute), inherit: false).Length == 0
                && !isService.IsService(parameter.ParameterType)).ToList();
            if (missing.Count == 0)
                return null;
            problem = $"{string.Join(", ", missing.Select(static parameter => parameter.ParameterType))} is not registered; add it to builder.Services.";
        }

        return problem;
    }
}
