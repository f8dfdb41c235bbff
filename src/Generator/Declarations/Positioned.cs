namespace Declarative.Generator.Declarations;

/// <summary>A text as written and where it stands.</summary>
internal sealed record Positioned(string Value, SourcePosition Position);
