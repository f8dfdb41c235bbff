namespace Declarative.Generator.Binding;

/// <summary>How a service is called.</summary>
/// <param name="Type">The service's type with <c>global::</c>.</param>
/// <param name="Method">The method's name without <c>@</c>.</param>
/// <param name="TakesToken">Whether its last parameter is a <c>CancellationToken</c>.</param>
/// <param name="IsAwaited">Whether it returns a task.</param>
internal sealed record ServiceModel(string Type, string Method, bool TakesToken, bool IsAwaited);

/// <summary>A parameter of the service method, or the payload.</summary>
/// <param name="Name">Its name without <c>@</c>.</param>
/// <param name="Type">Its type with <c>global::</c> and nullability.</param>
/// <param name="TypeOf">The type as <c>typeof</c> takes it.</param>
/// <param name="Default">Its default as an expression, or null.</param>
/// <param name="IsRequired">Whether a message or a request must hold it.</param>
internal sealed record ParameterModel(string Name, string Type, string TypeOf, string? Default, bool IsRequired);
