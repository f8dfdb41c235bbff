using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;

namespace Declarative.Rest.OpenApi;

/// <summary>
/// Tells the framework's OpenAPI what routes there are: by themselves plain request delegates are invisible to it. Bodies are
/// objects without a C# type, so each member goes along as an answer with a status of its own, which
/// <see cref="RouteOperation"/> moves to its place: only answers become shared schemas.
/// </summary>
internal sealed class RouteDescriptions(RouteTable table) : IApiDescriptionProvider
{
    /// <summary>The "status" of the body's first member.</summary>
    public const int FirstMember = 1000;

    private static readonly ModelMetadata StringMetadata = new EmptyModelMetadataProvider().GetMetadataForType(typeof(string));

    public int Order => 0;

    /// <summary>The parameters that a caller can give in a query (or a body).</summary>
    public static IEnumerable<(Modules.ServiceParameter Parameter, int Index)> Given(Route route) => route.Descriptor.Parameters
        .Select(static (parameter, index) => (Parameter: parameter, Index: index))
        .Where(one => !route.Path.Any(segment => segment.Index == one.Index) && !route.Descriptor.Data.Any(data => data.IsForced == true && route.IndexOf(data.Name) == one.Index));

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var route in table.Routes)
            context.Results.Add(Describe(route));
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private static ApiDescription Describe(Route route)
    {
        var descriptor = route.Descriptor;
        var description = new ApiDescription
        {
            HttpMethod = descriptor.Method,
            RelativePath = "rest" + route.Template,
            ActionDescriptor = new ActionDescriptor
            {
                DisplayName = descriptor.Method + " " + descriptor.Url,
                EndpointMetadata = [new TagsAttribute(route.Module), new EndpointNameMetadata(descriptor.Method + " " + descriptor.Url)],
                Properties = { [typeof(Route)] = route },
            },
        };
        foreach (var (name, index) in route.Path)
            Add(description, name, BindingSource.Path, index < 0 ? typeof(string) : descriptor.Parameters[index].Type, isRequired: true);

        foreach (var (parameter, index) in Given(route))
        {
            if (route.HasBody)
                AddAnswer(description, FirstMember + index, parameter.Type);
            else
                Add(description, parameter.Name, BindingSource.Query, parameter.Type, parameter.IsRequired);
        }

        AddAnswer(description, StatusCodes.Status200OK, descriptor.Result ?? typeof(IReadOnlyList<object>));
        AddAnswer(description, StatusCodes.Status400BadRequest, typeof(ErrorBody));
        if (route.Requirements.Count > 0)
            AddAnswer(description, StatusCodes.Status401Unauthorized, typeof(ErrorBody));
        if (route.Path.Count > 0)
            AddAnswer(description, StatusCodes.Status404NotFound, typeof(ErrorBody));
        AddAnswer(description, StatusCodes.Status500InternalServerError, typeof(ErrorBody));
        return description;
    }

    // The framework asks a string's model metadata whether it really is one.
    private static void Add(ApiDescription description, string name, BindingSource source, Type type, bool isRequired) =>
        description.ParameterDescriptions.Add(new ApiParameterDescription { Name = name, Source = source, Type = type, IsRequired = isRequired, ModelMetadata = StringMetadata });

    private static void AddAnswer(ApiDescription description, int status, Type type) =>
        description.SupportedResponseTypes.Add(new ApiResponseType { StatusCode = status, Type = type, ApiResponseFormats = [new ApiResponseFormat { MediaType = "application/json" }] });

    /// <summary>The shape of every error's body.</summary>
    /// <param name="Message">What is wrong; may hold placeholders, <c>%name</c>.</param>
    /// <param name="Parameters">Values for the placeholders.</param>
    /// <param name="Errors">Single errors, where the message stands for several.</param>
    internal sealed record ErrorBody(string Message, Dictionary<string, string>? Parameters = null, List<SingleError>? Errors = null);

    /// <summary>One of several errors.</summary>
    /// <param name="Message">What is wrong.</param>
    /// <param name="Parameters">Values for the placeholders.</param>
    internal sealed record SingleError(string Message, Dictionary<string, string>? Parameters = null);
}
