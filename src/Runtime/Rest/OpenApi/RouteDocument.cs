using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Declarative.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;

namespace Declarative.Rest.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of all declared routes, made by Microsoft.AspNetCore.OpenApi in a container of its own: there the
/// JSON options can be ours (snake_case), while the host's options and its own documents stay as they are.
/// </summary>
internal sealed class RouteDocument(RouteTable table, WireJson json, IHostEnvironment environment, ILoggerFactory loggers)
{
    private const string Name = "rest";

    private volatile Lazy<Task<byte[]>>? _document;

    /// <summary>Answers with the document.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var made = _document ??= new Lazy<Task<byte[]>>(MakeAsync);
        var document = await made.Value.ConfigureAwait(false);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = document.Length;
        await context.Response.BodyWriter.WriteAsync(document, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Forgets the document, after a hot reload.</summary>
    public void Reload() => _document = null;

    private async Task<byte[]> MakeAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton(environment);
        services.AddSingleton(loggers).AddLogging();
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddOperationTransformer(new RouteOperation());
            options.AddSchemaTransformer(static (schema, context, _) =>
            {
                KeepRequired(schema, context.JsonTypeInfo);
                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = environment.ApplicationName, Version = "V1" };
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
                {
                    [RouteOperation.SecurityScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
                };
                return Task.CompletedTask;
            });
        });
        services.RemoveAll<IApiDescriptionProvider>();
        services.AddSingleton<IApiDescriptionProvider>(new RouteDescriptions(table));
        services.Configure<JsonOptions>(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = default;
            options.SerializerOptions.TypeInfoResolverChain.Clear();
            foreach (var resolver in json.SchemaResolvers)
                options.SerializerOptions.TypeInfoResolverChain.Add(resolver);
        });

        var provider = services.BuildServiceProvider();
        await using (provider.ConfigureAwait(false))
        {
            var document = await provider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync().ConfigureAwait(false);
            return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1).ConfigureAwait(false));
        }
    }

    /// <summary>Only members that must be given are required; the framework takes every constructor parameter for one.</summary>
    private static void KeepRequired(OpenApiSchema schema, JsonTypeInfo contract)
    {
        if (contract.Kind != JsonTypeInfoKind.Object || schema.Required is not { } required)
            return;
        foreach (var property in contract.Properties.Where(static one => !one.IsRequired))
            required.Remove(property.Name);
    }
}
