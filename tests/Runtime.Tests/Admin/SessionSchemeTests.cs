using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Declarative.Acl;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Admin;

public sealed class SqliteSessionSchemeTests : SessionSchemeTests<SqliteFixture>;

public sealed class PostgreSqlSessionSchemeTests : SessionSchemeTests<PostgreSqlFixture>;

/// <summary>The pages beside whatever authentication the host has.</summary>
public abstract class SessionSchemeTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    [Fact]
    public async Task In_a_host_without_a_scheme_bearer_tokens_stay_the_default()
    {
        await using var host = await AdminHost.StartAsync<TStore>(map: app => app.MapGet("/authorized", (HttpContext context) => context.User.Identity!.Name).RequireAuthorization());
        var token = await host.Callers.AdminAsync("bert");
        using var anna = await host.SignedInAsync();

        (await host.Callers.GetAsync("/authorized", token)).ShouldBe(HttpStatusCode.OK);
        (await host.Callers.GetAsync("/authorized")).ShouldBe(HttpStatusCode.Unauthorized);
        (await anna.GetAsync("/authorized")).Status.ShouldBe(401, "the session is for the pages alone");
    }

    [Fact]
    public async Task The_hosts_own_cookies_stay_the_default_and_are_no_session()
    {
        await using var host = await AdminHost.StartAsync<TStore>(
            configure: builder => builder.Services.AddAuthentication().AddCookie("Hosts"),
            map: app =>
            {
                app.MapGet("/sign-in", (HttpContext context) => context.SignInAsync("Hosts", new ClaimsPrincipal(new ClaimsIdentity(
                    [new Claim(ClaimTypes.Name, "carla"), new Claim(CallerClaims.Resource, AdminHost.Everything)], "Hosts"))));
                app.MapGet("/authorized", (HttpContext context) => context.User.Identity!.Name).RequireAuthorization();
            });
        using var carla = host.Visitor();
        await carla.GetAsync("/sign-in");

        (await carla.GetAsync("/authorized")).Html.ShouldBe("carla");
        (await carla.GetAsync("/orders")).Status.ShouldBe(200);
        (await carla.GetAsync("/admin/integrations")).Status.ShouldBe(303);
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        (await carla.SignInAsync("anna", CallerHost.Password)).Status.ShouldBe(303);
        (await carla.GetAsync("/admin/integrations/new")).Text.ShouldContain("Signed in as anna");
        (await carla.GetAsync("/authorized")).Html.ShouldBe("carla");
    }

    [Fact]
    public async Task A_fallback_policy_of_the_host_leaves_the_sign_in_open()
    {
        await using var host = await AdminHost.StartAsync<TStore>(configure: builder => builder.Services
            .AddAuthorization(options => options.FallbackPolicy = new AuthorizationPolicyBuilder(CallerDefaults.AuthenticationScheme).RequireAuthenticatedUser().Build()));
        using var anna = await host.SignedInAsync();

        (await anna.GetAsync("/admin/integrations/new")).Status.ShouldBe(200);
        (await anna.GetAsync("/plain")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_bearer_token_opens_no_page()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        var token = await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

        (await client.GetAsync("/admin/integrations")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }
}
