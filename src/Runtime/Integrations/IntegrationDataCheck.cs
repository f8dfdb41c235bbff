using Declarative.Acl;
using Declarative.Delivery;
using Declarative.Merging;
using Declarative.Rest;

namespace Declarative.Integrations;

/// <summary>Checks what a person says of an integration, and puts it into the form that is stored.</summary>
internal sealed class IntegrationDataCheck(AclResources resources, AddressGuard guard)
{
    /// <summary>The data without empty texts and doubles.</summary>
    /// <exception cref="InputException">Something can't be used; all such fields are named.</exception>
    public IntegrationData Checked(IntegrationData data)
    {
        var errors = new List<RestError>();
        if (!UserName.TryKey(data.Name, out _) || data.Name.Length < 2)
            errors.Add(new RestError("%fieldName must have 2 to 255 characters, none of them a control or format character, and no white space at its ends.", ("fieldName", "name")));
        if (Unset(data.Email) is { } email && IntegrationValue.EmailFault(email) is { } fault)
            errors.Add(new RestError("%fieldName can't be used: %problem.", ("fieldName", "email"), ("problem", fault)));
        CheckUrl("endpoint_url", data.EndpointUrl, url => IntegrationValue.UrlFault(url) ?? OutgoingHttp.ProblemOf(url, guard)?.TrimEnd('.'), errors);

        // Only a browser goes there.
        CheckUrl("identity_link_url", data.IdentityLinkUrl, IntegrationValue.UrlFault, errors);
        var ids = data.AllResources ? [AclTree.Everything] : data.Resources.Distinct(StringComparer.Ordinal).ToList();
        foreach (var problem in ids.Select(resources.ProblemOf).OfType<string>())
            errors.Add(new RestError("%fieldName: %problem", ("fieldName", "resources"), ("problem", problem)));
        if (errors.Count > 0)
            throw InputException.Of("The integration can't be saved.", errors);
        return data with { Email = Unset(data.Email), EndpointUrl = Unset(data.EndpointUrl), IdentityLinkUrl = Unset(data.IdentityLinkUrl), AllResources = ids.Contains(AclTree.Everything), Resources = ids };
    }

    private static string? Unset(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static void CheckUrl(string field, string? url, Func<string, string?> faultOf, List<RestError> errors)
    {
        if (Unset(url) is { } text && faultOf(text) is { } fault)
            errors.Add(new RestError("%fieldName can't be used: %problem.", ("fieldName", field), ("problem", fault)));
    }
}
