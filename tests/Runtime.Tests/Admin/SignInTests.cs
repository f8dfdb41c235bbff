using System.Net;
using Declarative.Acl;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Admin;

public sealed class SqliteSignInTests : SignInTests<SqliteFixture>;

public sealed class PostgreSqlSignInTests : SignInTests<PostgreSqlFixture>;

/// <summary>Signing in to the pages, staying signed in, and no longer being it.</summary>
public abstract class SignInTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Page = "/admin/integrations/new";

    [Fact]
    public async Task Who_signs_in_comes_to_the_page_that_was_asked_for()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var visitor = host.Visitor();

        var sent = await visitor.GetAsync(Page + "?a=b");
        sent.Status.ShouldBe(303);
        sent.Location.ShouldBe("/admin/login?return=%2Fadmin%2Fintegrations%2Fnew%3Fa%3Db");
        var login = await visitor.GetAsync(sent.Location!);
        login.Field("return").ShouldBe(Page + "?a=b");
        var back = await visitor.SignInAsync("Anna", CallerHost.Password, login.Field("return")!);

        back.Status.ShouldBe(303);
        back.Location.ShouldBe(Page + "?a=b");
        var page = await visitor.GetAsync(back.Location!);
        page.Status.ShouldBe(200);
        page.Text.ShouldContain("Signed in as anna");
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test/")]
    [InlineData("/\\evil.test")]
    [InlineData("/admin/..//evil.test")]
    [InlineData("/admin\\@evil.test")]
    [InlineData("/administrators")]
    [InlineData("/other")]
    [InlineData("/admin/\r\nSet-Cookie: a=b")]
    [InlineData("javascript:alert(1)")]
    [InlineData("")]
    public async Task Only_pages_of_ours_are_come_back_to(string returnTo)
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var visitor = host.Visitor();

        (await visitor.SignInAsync("anna", CallerHost.Password, returnTo)).Location.ShouldBe("/admin");
    }

    [Fact]
    public async Task A_wrong_password_an_unknown_name_and_a_locked_one_are_answered_alike()
    {
        await using var host = await AdminHost.StartAsync<TStore>(configuration: new() { ["Declarative:Callers:MaxFailures"] = "2" });
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var visitor = host.Visitor();

        var wrong = await visitor.SignInAsync("anna", "wrong password");
        var unknown = await visitor.SignInAsync("nobody", "wrong password");
        await visitor.SignInAsync("anna", "wrong password");
        var locked = await visitor.SignInAsync("anna", CallerHost.Password);

        wrong.Status.ShouldBe(400);
        wrong.Text.ShouldContain("The user name or the password is wrong");
        wrong.Field("username").ShouldBe("anna");
        wrong.Html.ShouldNotContain("wrong password\"");
        foreach (var other in new[] { unknown, locked })
        {
            other.Status.ShouldBe(400);
            other.Text.ShouldBe(wrong.Text);
        }

        visitor.Session.ShouldBeNull();
    }

    [Fact]
    public async Task Empty_fields_are_told_beside_them_and_counted_for_nothing()
    {
        await using var host = await AdminHost.StartAsync<TStore>(configuration: new() { ["Declarative:Callers:MaxFailures"] = "1" });
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var visitor = host.Visitor();

        var empty = await visitor.SignInAsync("", "");
        empty.Status.ShouldBe(400);
        empty.Text.ShouldContain("Enter your user name.");
        empty.Text.ShouldContain("Enter your password.");
        (await visitor.SignInAsync("anna", CallerHost.Password)).Status.ShouldBe(303);
    }

    [Fact]
    public async Task The_cookie_is_for_the_pages_alone_and_out_of_reach_of_scripts()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var visitor = host.Visitor();

        var cookie = (await visitor.SignInAsync("anna", CallerHost.Password)).Header("Set-Cookie")!;

        cookie.ShouldStartWith("declarative-admin=");
        cookie.ShouldEndWith("; path=/admin; samesite=lax; httponly");
        (await host.Callers.SendAsync("/orders")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_form_from_elsewhere_signs_nobody_in_or_out()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        using var visitor = host.Visitor();

        var forged = await visitor.PostAsync("/admin/login", new() { ["username"] = "anna", ["password"] = CallerHost.Password });
        forged.Status.ShouldBe(400);
        forged.Text.ShouldContain("This form is too old");
        visitor.Session.ShouldBeNull();

        (await anna.PostAsync("/admin/logout", [])).Status.ShouldBe(400);
        (await anna.GetAsync(Page)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Signing_out_revokes_the_token_itself()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync("anna", CallerHost.Orders, AdminHost.Integrations);
        var token = anna.Session!;
        (await host.Callers.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.OK);

        var signedOut = await anna.SubmitAsync("/admin/logout", at: Page);

        signedOut.Location.ShouldBe("/admin/login?out");
        (await anna.GetAsync(signedOut.Location!)).Text.ShouldContain("You are signed out.");
        (await host.Callers.GetAsync("/orders", token)).ShouldBe(HttpStatusCode.Unauthorized);
        (await anna.GetAsync(Page)).Status.ShouldBe(303);
        (await anna.PostAsync("/admin/logout", [])).Location.ShouldBe("/admin/login?out");
    }

    [Fact]
    public async Task Each_sign_in_is_a_session_of_its_own_and_ends_the_one_before()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync("anna", CallerHost.Orders);
        var first = anna.Session!;

        await anna.SignInAsync("anna", CallerHost.Password);

        anna.Session.ShouldNotBe(first);
        (await host.Callers.GetAsync("/orders", first)).ShouldBe(HttpStatusCode.Unauthorized);
        (await host.Callers.GetAsync("/orders", anna.Session)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("off")]
    [InlineData("password")]
    [InlineData("expired")]
    public async Task What_ends_the_token_ends_the_session(string how)
    {
        var time = new TestClock();
        await using var host = await AdminHost.StartAsync<TStore>(time);
        using var anna = await host.SignedInAsync();
        (await anna.GetAsync(Page)).Status.ShouldBe(200);

        _ = how switch
        {
            "revoked" => await host.Callers.Users.RevokeTokensAsync("anna") > 0,
            "off" => await host.Callers.Users.SetActiveAsync("anna", isActive: false),
            "password" => await host.Callers.Users.SetPasswordAsync("anna", "another password"),
            _ => Pass(time, TimeSpan.FromHours(4)),
        };

        (await anna.GetAsync(Page)).Location.ShouldStartWith("/admin/login?return=");
    }

    [Fact]
    public async Task Another_role_counts_at_once()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        await host.Callers.Users.SaveRoleAsync("nothing", [CallerHost.View]);

        await host.Callers.Users.SetRoleAsync("anna", "nothing");

        var refused = await anna.GetAsync(Page);
        refused.Status.ShouldBe(403);
        refused.Text.ShouldContain(AdminHost.Integrations);
        refused.Text.ShouldNotContain("New integration");
    }

    [Fact]
    public async Task A_customers_token_is_no_session()
    {
        await using var host = await AdminHost.StartAsync<TStore>(configure: builder => builder.Services.AddSingleton<ICustomerAuthenticator, Customers>());
        var token = await host.Callers.CustomerTokens.CreateCustomerAccessTokenAsync("ada", CallerHost.Password);

        (await host.Callers.Users.FindCallerAsync(token)).ShouldBeNull();
        (await host.Callers.Users.FindCallerAsync("nonsense")).ShouldBeNull();
    }

    [Fact]
    public async Task Asking_the_password_again_counts_like_a_log_in_and_leaves_no_token()
    {
        await using var host = await AdminHost.StartAsync<TStore>(configuration: new() { ["Declarative:Callers:MaxFailures"] = "2" });
        await host.Callers.AdminAsync("anna", CallerHost.Orders);
        var users = host.Callers.Users;
        await users.RevokeTokensAsync("anna");

        (await users.VerifyPasswordAsync("anna", CallerHost.Password)).ShouldBeTrue();
        (await users.RevokeTokensAsync("anna")).ShouldBe(0);
        (await users.VerifyPasswordAsync("nobody", CallerHost.Password)).ShouldBeFalse();
        (await users.VerifyPasswordAsync("anna", "")).ShouldBeFalse();
        (await users.VerifyPasswordAsync("anna", "wrong password")).ShouldBeFalse();
        (await users.VerifyPasswordAsync("anna", "wrong password")).ShouldBeFalse();
        (await users.VerifyPasswordAsync("anna", CallerHost.Password)).ShouldBeFalse("two wrong ones lock");
    }

    private static bool Pass(TestClock time, TimeSpan by)
    {
        time.Advance(by);
        return true;
    }
}
