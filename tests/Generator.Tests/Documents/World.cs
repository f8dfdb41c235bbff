namespace Shown;

/// <summary>What the statements that documents show take for granted.</summary>
internal abstract partial class World
{
    protected WebApplicationBuilder builder = null!;
    protected WebApplication app = null!;
    protected Declarative.DeclarativeBuilder declarative = null!;
}
