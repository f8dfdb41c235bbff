using System.Net;
using Declarative.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Acl;

public sealed class SqliteAuthorizationTests : AuthorizationTests<SqliteFixture>;

public sealed class PostgreSqlAuthorizationTests : AuthorizationTests<PostgreSqlFixture>;

/// <summary>Who is let in: rows 26, 167 and 168 of the originals, at an endpoint of the host's own.</summary>
public abstract class AuthorizationTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Who_holds_the_id_is_let_in_and_others_get_401()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("anna", CallerHost.Orders);

        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/orders")).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/view", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/plain")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_refusal_names_the_scheme()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("anna");

        (await host.SendAsync("/orders")).Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        (await host.SendAsync("/orders", "Bearer " + token)).Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Fact]
    public async Task Several_ids_are_needed_all()
    {
        await using var host = await CallerHost.StartAsync(_store);

        (await host.GetAsync("/both", await host.AdminAsync("anna", CallerHost.Orders))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/both", await host.AdminAsync("berta", CallerHost.View))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/both", await host.AdminAsync("clara", CallerHost.View, CallerHost.Orders))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_root_is_let_in_everywhere_but_as_a_customer()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("root", "Magento_Backend::all");

        foreach (var path in new[] { "/orders", "/both", "/legacy", "/legacy-child", "/undeclared" })
            (await host.GetAsync(path, token)).ShouldBe(HttpStatusCode.OK, path);
        (await host.GetAsync("/self", token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Disabled_and_undeclared_ids_are_held_by_nobody_else()
    {
        await using var host = await CallerHost.StartAsync(_store, configuration: new() { ["Declarative:Acl:Inherit"] = "true" });
        var token = await host.AdminAsync("anna", CallerHost.Legacy, CallerHost.LegacyChild, "Magento_Backend::admin");

        (await host.GetAsync("/legacy", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/legacy-child", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/undeclared", token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("false", HttpStatusCode.Unauthorized)]
    [InlineData("true", HttpStatusCode.OK)]
    public async Task A_resource_above_counts_only_where_that_is_asked_for(string inherit, HttpStatusCode expected)
    {
        await using var host = await CallerHost.StartAsync(_store, configuration: new() { ["Declarative:Acl:Inherit"] = inherit });

        (await host.GetAsync("/orders", await host.AdminAsync("anna", "Magento_Backend::admin"))).ShouldBe(expected);
        (await host.GetAsync("/orders", await host.AdminAsync("berta", CallerHost.Cancel))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_changed_role_counts_for_the_next_request()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("anna", CallerHost.Orders);
        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);

        await host.Users.SaveRoleAsync("ANNA's role", [CallerHost.View]);
        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/view", token)).ShouldBe(HttpStatusCode.OK);

        await host.Users.SaveRoleAsync("sellers", [CallerHost.Orders]);
        (await host.Users.SetRoleAsync("anna", "sellers")).ShouldBeTrue();
        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/view", token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_role_that_can_not_be_read_after_a_change_gives_nothing_until_it_can()
    {
        CountedCallers? counted = null;
        await using var host = await CallerHost.StartAsync(_store, afterwards: services => counted = CountedCallers.Register(services));
        var anna = await host.AdminAsync("anna", CallerHost.Orders);
        var berta = await host.AdminAsync("berta", CallerHost.Orders);
        (await host.GetAsync("/orders", anna)).ShouldBe(HttpStatusCode.OK);

        counted!.BeforeRoles = () => throw new IOException("no disk");
        await Should.ThrowAsync<IOException>(() => host.Users.SaveRoleAsync("anna's role", [CallerHost.View]));
        (await host.GetAsync("/orders", anna)).ShouldNotBe(HttpStatusCode.OK);
        (await host.GetAsync("/orders", berta)).ShouldBe(HttpStatusCode.OK);
        await Should.ThrowAsync<IOException>(() => host.Users.ListRolesAsync());

        counted.BeforeRoles = () => Task.CompletedTask;
        (await host.GetAsync("/view", anna)).ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/orders", anna)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task After_a_change_that_could_not_be_read_a_user_may_get_the_role()
    {
        CountedCallers? counted = null;
        await using var host = await CallerHost.StartAsync(_store, afterwards: services => counted = CountedCallers.Register(services));
        var anna = await host.AdminAsync("anna", CallerHost.View);
        counted!.BeforeRoles = () => throw new IOException("no disk");
        await Should.ThrowAsync<IOException>(() => host.Users.SaveRoleAsync("sellers", [CallerHost.Orders]));
        counted.BeforeRoles = () => Task.CompletedTask;

        (await host.Users.SetRoleAsync("anna", "sellers")).ShouldBeTrue();

        (await host.GetAsync("/orders", anna)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_customer_is_self_and_holds_nothing()
    {
        await using var host = await CallerHost.StartAsync(_store, configure: builder => builder.Services.AddScoped<ICustomerAuthenticator, Customers>());
        var token = await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password);

        (await host.TextAsync("/self", token)).ShouldBe("customer-of-carl");
        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/self")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Policies_of_the_host_may_use_the_requirements_and_its_defaults_stay()
    {
        await using var host = await CallerHost.StartAsync(
            _store,
            configure: builder => builder.Services.AddAuthorization(options => options.AddPolicy("sellers", policy => policy.AddRequirements(new ResourceRequirement(CallerHost.Orders)))),
            map: app => app.MapGet("/policy", () => "").RequireAuthorization("sellers"));

        (await host.GetAsync("/policy", await host.AdminAsync("anna", CallerHost.Orders))).ShouldBe(HttpStatusCode.OK);
        (await host.GetAsync("/policy", await host.AdminAsync("berta", CallerHost.View))).ShouldBe(HttpStatusCode.Unauthorized);
        var policies = host.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        (await policies.GetFallbackPolicyAsync()).ShouldBeNull();
        (await policies.GetDefaultPolicyAsync()).Requirements.ShouldHaveSingleItem().ShouldBeOfType<Microsoft.AspNetCore.Authorization.Infrastructure.DenyAnonymousAuthorizationRequirement>();
    }

    [Fact]
    public async Task No_id_an_empty_one_and_anonymous_are_refused_where_they_are_written()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        var endpoint = app.MapGet("/", () => "");

        Should.Throw<ArgumentException>(() => endpoint.RequireResource()).Message.ShouldContain("at least one resource id");
        Should.Throw<ArgumentException>(() => endpoint.RequireResource(" "));
        Should.Throw<ArgumentException>(() => endpoint.RequireResource("anonymous")).Message.ShouldContain("AllowAnonymous()");
    }
}
