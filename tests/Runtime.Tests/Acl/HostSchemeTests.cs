using System.Net;
using System.Security.Claims;
using Declarative.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Acl;

public sealed class SqliteHostSchemeTests : HostSchemeTests<SqliteFixture>;

public sealed class PostgreSqlHostSchemeTests : HostSchemeTests<PostgreSqlFixture>;

/// <summary>A host with an authentication of its own: its principals carry resources as claims, and what it had stays as it was.</summary>
public abstract class HostSchemeTests<TStore> : IDisposable
    where TStore : class, IStoreFixture, new()
{
    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task The_hosts_only_scheme_stays_the_default_however_it_is_registered(bool isNamed, bool isBefore)
    {
        await using var host = await StartAsync(isNamed ? "Hosts" : null, isBefore);

        (await host.Services.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultChallengeSchemeAsync())!.Name.ShouldBe("Hosts");
        (await host.SendAsync("/authorized", "Hosts anna")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync("/authorized")).StatusCode.ShouldBe((HttpStatusCode)418);
        (await host.GetAsync("/authorized", await host.AdminAsync("berta", CallerHost.Orders))).ShouldBe((HttpStatusCode)418);
    }

    [Fact]
    public async Task Its_resource_claims_let_in()
    {
        await using var host = await StartAsync("Hosts");

        (await host.SendAsync("/orders", $"Hosts anna {CallerClaims.Resource}={CallerHost.Orders}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync("/both", $"Hosts anna {CallerClaims.Resource}={CallerHost.Orders} {CallerClaims.Resource}={CallerHost.View}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync("/legacy", $"Hosts anna {CallerClaims.Resource}=Magento_Backend::all")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync("/undeclared", $"Hosts anna {CallerClaims.Resource}={CallerHost.Undeclared}")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        (await host.SendAsync("/self", $"Hosts anna {CallerClaims.Customer}=42")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.SendAsync("/self", $"Hosts anna {CallerClaims.Customer}=")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Claims_of_an_identity_that_nobody_authenticated_count_for_nothing()
    {
        await using var host = await StartAsync("Hosts");

        (await host.SendAsync("/orders", $"Hosts guest {CallerClaims.Resource}={CallerHost.Orders}")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        (await host.SendAsync("/self", $"Hosts guest {CallerClaims.Customer}=42")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Our_tokens_work_beside_it_and_each_scheme_refuses_its_own()
    {
        await using var host = await StartAsync("Hosts");
        var token = await host.AdminAsync("berta", CallerHost.Orders);

        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/view", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.SendAsync("/orders", "Hosts anna")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await host.SendAsync("/orders")).StatusCode.ShouldBe((HttpStatusCode)418);
    }

    [Fact]
    public async Task A_host_with_two_schemes_and_no_default_keeps_none()
    {
        await using var host = await CallerHost.StartAsync(_store, configure: builder => builder.Services
            .AddAuthenticationCore(options =>
            {
                options.AddScheme<HostHandler>("Hosts", null);
                options.AddScheme<HostHandler>("Others", null);
            }));

        (await host.Services.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync()).ShouldBeNull();
        (await host.GetAsync("/orders", await host.AdminAsync("anna", CallerHost.Orders))).ShouldBe(HttpStatusCode.OK);
        (await host.TextAsync("/plain", "x")).ShouldBe("guest");
    }

    [Fact]
    public async Task In_a_host_without_any_ours_is_the_default()
    {
        await using var host = await CallerHost.StartAsync(_store, map: app => app.MapGet("/authorized", () => "").RequireAuthorization());
        var token = await host.AdminAsync("anna");

        (await host.TextAsync("/plain", token)).ShouldBe("anna");
        (await host.GetAsync("/authorized", token)).ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/authorized")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_host_without_any_gets_no_key_ring()
    {
        await using var host = await CallerHost.StartAsync(_store);

        host.Services.GetService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>().ShouldBeNull();
    }

    private Task<CallerHost> StartAsync(string? defaultScheme, bool isBefore = true)
    {
        void Add(IServiceCollection services) => services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = defaultScheme;
            options.AddScheme<HostHandler>("Hosts", null);
        });
        return CallerHost.StartAsync(
            _store,
            configure: builder =>
            {
                if (isBefore)
                    Add(builder.Services);
            },
            map: app => app.MapGet("/authorized", () => "").RequireAuthorization(),
            afterwards: services =>
            {
                if (!isBefore)
                    Add(services);
            });
    }

    /// <summary><c>Authorization: Hosts name type=value type=value</c>, in good faith.</summary>
    private sealed class HostHandler : IAuthenticationHandler
    {
        private HttpContext _context = null!;

        public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
        {
            _context = context;
            return Task.CompletedTask;
        }

        public Task<AuthenticateResult> AuthenticateAsync()
        {
            var words = _context.Request.Headers.Authorization.ToString().Split(' ');
            if (words[0] != "Hosts")
                return Task.FromResult(AuthenticateResult.Fail("none of the host's"));
            var claims = words.Skip(2).Select(word => word.Split('=')).Select(parts => new Claim(parts[0], parts[1])).Append(new Claim(ClaimTypes.Name, words[1]));
            var identity = new ClaimsIdentity(claims, words[1] == "guest" ? null : "Hosts");
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "Hosts")));
        }

        public Task ChallengeAsync(AuthenticationProperties? properties)
        {
            _context.Response.StatusCode = 418;
            return Task.CompletedTask;
        }

        public Task ForbidAsync(AuthenticationProperties? properties)
        {
            _context.Response.StatusCode = 403;
            return Task.CompletedTask;
        }
    }
}
