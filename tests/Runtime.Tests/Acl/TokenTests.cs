using System.Net;
using System.Security.Claims;
using System.Text;
using Declarative.Acl;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Acl;

public sealed class SqliteTokenTests : TokenTests<SqliteFixture>;

public sealed class PostgreSqlTokenTests : TokenTests<PostgreSqlFixture>;

public abstract class TokenTests<TStore> : IDisposable
    where TStore : IStoreFixture, new()
{
    private readonly TStore _store = new();
    private readonly TestClock _time = new();

    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_token_has_32_characters_and_no_two_are_alike()
    {
        await using var host = await CallerHost.StartAsync(_store);

        var first = await host.AdminAsync("anna");
        var second = await host.AdminTokens.CreateAdminAccessTokenAsync("ANNA", CallerHost.Password);

        first.ShouldMatch("^[a-z0-9]{32}$");
        second.ShouldNotBe(first);
    }

    [Theory]
    [InlineData("Bearer {0}", true)]
    [InlineData("bearer {0}", true)]
    [InlineData("BEARER {0}", true)]
    [InlineData("Bearer  {0}", false)]
    [InlineData("Bearer {0} x", false)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer ", false)]
    [InlineData("{0}", false)]
    [InlineData("Basic {0}", false)]
    [InlineData("Bearer{0}", false)]
    [InlineData("Bearer \"{0}\"", false)]
    [InlineData("Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("Bearer ';DROP TABLE token;--aaaaaaaaaaaa", false)]
    [InlineData("Bearer \u00e4\u00f6\u00fc", false)]
    public async Task Only_a_scheme_and_a_token_make_a_caller(string header, bool isKnown)
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("anna", CallerHost.Orders);

        (await host.SendAsync("/orders", string.Format(header, token))).StatusCode.ShouldBe(isKnown ? HttpStatusCode.OK : HttpStatusCode.Unauthorized);
        (await host.SendAsync("/plain", string.Format(header, token))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_very_long_header_and_two_of_them_make_a_guest()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("anna", CallerHost.Orders);

        (await host.GetAsync("/orders", new string('a', 20_000))).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.SendAsync("/orders", "Bearer " + token, "Bearer " + token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Tokens_end_with_their_lifetime()
    {
        await using var host = await CallerHost.StartAsync(_store, _time, configure: builder => builder.Services.AddSingleton<ICustomerAuthenticator, Customers>());
        var admin = await host.AdminAsync("anna", CallerHost.Orders);
        var customer = await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password);

        _time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        (await host.GetAsync("/self", customer)).ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await host.GetAsync("/self", customer)).ShouldBe(HttpStatusCode.Unauthorized);

        _time.Advance(TimeSpan.FromHours(3) - TimeSpan.FromSeconds(1));
        (await host.GetAsync("/orders", admin)).ShouldBe(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await host.GetAsync("/orders", admin)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Lifetimes_can_be_chosen()
    {
        await using var host = await CallerHost.StartAsync(_store, _time, new() { ["Declarative:Callers:AdminTokenLifetime"] = "00:05:00" });
        var token = await host.AdminAsync("anna", CallerHost.Orders);

        _time.Advance(TimeSpan.FromMinutes(5));

        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_revoked_token_is_good_no_more_and_others_stay()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var first = await host.AdminAsync("anna", CallerHost.Orders);
        var second = await host.AdminTokens.CreateAdminAccessTokenAsync("anna", CallerHost.Password);
        (await host.GetAsync("/orders", first)).ShouldBe(HttpStatusCode.OK);

        (await host.Users.RevokeTokenAsync(first)).ShouldBeTrue();

        (await host.GetAsync("/orders", first)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/orders", second)).ShouldBe(HttpStatusCode.OK);
        (await host.Users.RevokeTokenAsync(first)).ShouldBeFalse();
        (await host.Users.RevokeTokenAsync("none")).ShouldBeFalse();
    }

    [Fact]
    public async Task Revoking_by_name_a_new_password_and_switching_off_end_all_tokens_at_once()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("anna", CallerHost.Orders);
        var other = await host.AdminAsync("berta", CallerHost.Orders);
        foreach (var change in new Func<Task>[] { () => host.Users.RevokeTokensAsync("Anna"), () => host.Users.SetPasswordAsync("Anna", CallerHost.Password), () => host.Users.SetActiveAsync("Anna", false) })
        {
            (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);
            await change();
            (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
            (await host.GetAsync("/orders", other)).ShouldBe(HttpStatusCode.OK);
            await host.Users.SetActiveAsync("anna", true);
            (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
            token = await host.AdminTokens.CreateAdminAccessTokenAsync("anna", CallerHost.Password);
        }
    }

    [Fact]
    public async Task A_customer_revokes_all_of_hers()
    {
        await using var host = await CallerHost.StartAsync(_store, configure: builder => builder.Services.AddSingleton<ICustomerAuthenticator, Customers>());
        var first = await host.CustomerTokens.CreateCustomerAccessTokenAsync("carla", CallerHost.Password);
        var second = await host.CustomerTokens.CreateCustomerAccessTokenAsync("carla", CallerHost.Password);
        var other = await host.CustomerTokens.CreateCustomerAccessTokenAsync("dora", CallerHost.Password);
        (await host.GetAsync("/self", first)).ShouldBe(HttpStatusCode.OK);

        (await host.CustomerTokens.RevokeCustomerAccessTokenAsync("customer-of-carla")).ShouldBeTrue();
        (await host.CustomerTokens.RevokeCustomerAccessTokenAsync("customer-of-nobody")).ShouldBeTrue();

        (await host.GetAsync("/self", first)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/self", second)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.GetAsync("/self", other)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_log_in_that_a_new_password_overtakes_gives_no_token()
    {
        await using var host = await CallerHost.StartAsync(_store);
        await host.AdminAsync("anna");
        var store = host.Services.GetRequiredService<ICallerStore>();
        var before = (await store.FindAdminAsync("ANNA", CancellationToken.None))!;

        await host.Users.SetPasswordAsync("anna", "another password");

        (await host.Services.GetRequiredService<CallerTokens>().IssueAsync(CallerKind.Admin, CallerTokens.OwnerOf(before), "ANNA", before.PasswordHash, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Tokens_and_rights_outlive_the_process()
    {
        string token;
        await using (var host = await CallerHost.StartAsync(_store))
            token = await host.AdminAsync("anna", CallerHost.Orders);

        await using var next = await CallerHost.StartAsync(_store);
        (await next.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_in_use_costs_no_query()
    {
        CountedCallers? counted = null;
        await using var host = await CallerHost.StartAsync(_store, afterwards: services => counted = CountedCallers.Register(services));
        var token = await host.AdminAsync("anna", CallerHost.Orders);
        (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);
        var calls = counted!.Calls;

        for (var i = 0; i < 20; i++)
            (await host.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);

        counted.Calls.ShouldBe(calls);
    }

    [Fact]
    public async Task What_can_be_no_token_costs_no_query()
    {
        CountedCallers? counted = null;
        await using var host = await CallerHost.StartAsync(_store, afterwards: services => counted = CountedCallers.Register(services));
        var calls = counted!.Calls;

        foreach (var garbage in new[] { "", "x", new string('A', 32), "a.b.c", new string('a', 33) })
            await host.GetAsync("/orders", garbage);

        counted.Calls.ShouldBe(calls);
    }

    [Fact]
    public async Task The_principal_says_who_it_is_and_keeps_its_rights_when_it_is_copied()
    {
        await using var host = await CallerHost.StartAsync(_store);
        var token = await host.AdminAsync("Anna", CallerHost.Orders, CallerHost.View);
        await using var scope = host.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Authorization = "Bearer " + token;

        var principal = (await context.AuthenticateAsync(CallerDefaults.AuthenticationScheme)).Principal!;

        principal.Identity!.Name.ShouldBe("Anna");
        principal.Identity.AuthenticationType.ShouldBe("Declarative");
        principal.FindFirstValue(ClaimTypes.NameIdentifier).ShouldNotBeNullOrEmpty();
        principal.Claims.Count().ShouldBe(2);
        principal.HasClaim(CallerClaims.Resource, CallerHost.Orders).ShouldBeTrue();
        principal.Clone().HasClaim(CallerClaims.Resource, CallerHost.Orders).ShouldBeTrue();
        principal.HasClaim(CallerClaims.Resource, CallerHost.Cancel).ShouldBeFalse();
        principal.HasClaim(CallerClaims.Customer, CallerHost.Orders).ShouldBeFalse();
    }

    [Fact]
    public async Task Neither_tokens_nor_passwords_are_in_the_log_or_on_the_disk()
    {
        const string Typed = "a-password-in-the-wrong-field";
        var secrets = new List<string> { CallerHost.Password, Typed, Typed.ToUpperInvariant(), "first-admin-password" };
        LogLines log;
        await using (var host = await CallerHost.StartAsync(
            _store,
            configuration: new() { ["Declarative:Admin:Username"] = "root", ["Declarative:Admin:Password"] = "first-admin-password" },
            configure: builder => builder.Services.AddSingleton<ICustomerAuthenticator, Customers>()))
        {
            log = host.Log;
            secrets.Add(await host.AdminAsync("anna", CallerHost.Orders));
            secrets.Add(await host.CustomerTokens.CreateCustomerAccessTokenAsync("carl", CallerHost.Password));
            await host.GetAsync("/orders", secrets[^2]);
            await host.GetAsync("/self", secrets[^1]);
            for (var i = 0; i < 7; i++)
                await Should.ThrowAsync<AuthenticationException>(() => host.AdminTokens.CreateAdminAccessTokenAsync("anna", Typed));
            await host.Users.SetPasswordAsync("anna", CallerHost.Password);
            await Should.ThrowAsync<AuthenticationException>(() => host.AdminTokens.CreateAdminAccessTokenAsync(Typed, "anna"));
            await Should.ThrowAsync<AuthenticationException>(() => host.CustomerTokens.CreateCustomerAccessTokenAsync(Typed, "carl"));
            await CheckStoreAsync();
        }

        await CheckStoreAsync();
        log.All.ShouldContain(line => line.Contains("Admin user 'anna' can't log in", StringComparison.Ordinal));
        Check(Encoding.UTF8.GetBytes(string.Join('\n', log.All)), "log");

        async Task CheckStoreAsync()
        {
            foreach (var file in _store.Files())
                Check(await ReadAsync(file), file);
        }

        void Check(byte[] bytes, string place)
        {
            foreach (var secret in secrets)
            {
                bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).ShouldBe(-1, place);
                bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)).ShouldBe(-1, place);
            }
        }
    }

    /// <summary>Also while the store holds the file.</summary>
    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
