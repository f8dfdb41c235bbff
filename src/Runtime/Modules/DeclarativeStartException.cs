namespace Declarative.Modules;

/// <summary>The host can't start as it is configured; everything that is wrong is named at once.</summary>
/// <param name="problems">One sentence or more per problem.</param>
public sealed class DeclarativeStartException(IReadOnlyList<string> problems)
    : Exception("Declarative can't start:" + string.Concat(problems.Select(static problem => "\n  - " + problem)))
{
    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
