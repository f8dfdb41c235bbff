namespace Declarative.Consumers;

/// <summary>What is wrong with a field of a payload.</summary>
/// <param name="Path">Where: <c>items[2].qty</c>; empty for the payload itself.</param>
/// <param name="Problem">What, to be read after the path: <c>is missing</c>.</param>
internal readonly record struct FieldProblem(string Path, string Problem);
