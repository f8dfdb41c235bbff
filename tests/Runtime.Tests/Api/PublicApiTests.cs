using Declarative.Generator.Tests.Harness;

namespace Declarative.Tests.Api;

/// <summary>What users of the packages can name, as accepted: a change of it shows in the diff.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Declarative.Runtime")]
    [InlineData("Declarative.Sqlite")]
    [InlineData("Declarative.PostgreSql")]
    [InlineData("Declarative.RabbitMq")]
    [InlineData("Declarative.EntityFrameworkCore")]
    [InlineData("Declarative.EventBridge")]
    [InlineData("Declarative.Admin")]
    [InlineData("Declarative.Testing")]
    public void It_is_as_accepted(string assembly) => PublicApi.Of(Path.Combine(AppContext.BaseDirectory, assembly + ".dll")).ShouldMatchSnapshot(assembly, "txt");
}
