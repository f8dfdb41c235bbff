using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Declarative.Modules;

namespace Declarative.Tests.Json;

/// <summary>A trimmed application has no reflection to read contracts by: our own routes and events bring theirs.</summary>
public sealed class ManagementJsonTests
{
    private static readonly JsonSerializerOptions _options = new() { TypeInfoResolver = JsonTypeInfoResolver.Combine(PrimitiveResolver.Instance, ManagementJson.Default) };

    [Fact]
    public void What_our_routes_and_events_take_and_give_has_a_contract()
    {
        var module = Generated.Declarative_Runtime.Create();
        var types = module.Routes.SelectMany(static route => route.Parameters.Select(static parameter => parameter.Type).Append(route.Result).OfType<Type>())
            .Concat(module.Events.Select(static one => one.Payload))
            .Distinct().ToList();

        types.Count.ShouldBeGreaterThan(20);
        types.Where(static type => !_options.TryGetTypeInfo(type, out _)).ShouldBeEmpty();
    }
}
