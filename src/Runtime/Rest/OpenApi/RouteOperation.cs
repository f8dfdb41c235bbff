using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Declarative.Rest.OpenApi;

/// <summary>Completes what the framework made of a route's description: the body, queries with brackets, who may call.</summary>
internal sealed class RouteOperation : IOpenApiOperationTransformer
{
    public const string SecurityScheme = "bearer";

    private const string Json = "application/json";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var route = (Route)context.Description.ActionDescriptor.Properties[typeof(Route)]!;
        if (route.HasBody)
            MoveBody(operation, route);
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(static one => one.In == ParameterLocation.Query))
        {
            if (parameter.Schema is OpenApiSchemaReference reference && reference.Target?.Type == JsonSchemaType.Object)
            {
                parameter.Style = ParameterStyle.DeepObject;
                parameter.Explode = true;
            }
        }

        if (route.Requirements.Count > 0)
        {
            operation.Description = "Needs " + route.ResourceList + ".";
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SecurityScheme, context.Document)] = [.. route.Descriptor.Resources] }];
        }

        return Task.CompletedTask;
    }

    private static void MoveBody(OpenApiOperation operation, Route route)
    {
        var body = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal), Required = new HashSet<string>(StringComparer.Ordinal) };
        foreach (var (parameter, index) in RouteDescriptions.Given(route))
        {
            var key = (RouteDescriptions.FirstMember + index).ToString(CultureInfo.InvariantCulture);
            if (operation.Responses?.Remove(key, out var member) != true || member?.Content?[Json].Schema is not { } schema)
                continue;
            body.Properties.Add(parameter.SnakeCaseName, schema);
            if (parameter.IsRequired)
                body.Required.Add(parameter.SnakeCaseName);
        }

        if (body.Properties.Count > 0)
            operation.RequestBody = new OpenApiRequestBody { Required = body.Required.Count > 0, Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Json] = new() { Schema = body } } };
    }
}
