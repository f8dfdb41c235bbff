using System.Net;
using System.Text.RegularExpressions;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;

namespace Declarative.Tests.Admin;

public sealed class SqlitePageTests : PageTests<SqliteFixture>;

public sealed class PostgreSqlPageTests : PageTests<PostgreSqlFixture>;

/// <summary>What is true of every page.</summary>
public abstract class PageTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private static readonly string[] Paths =
    [
        "/login", "/integrations", "/integrations/new", "/integrations/1", "/integrations/1/edit", "/integrations/1/activate", "/integrations/2/reauthorize",
        "/integrations/1/deactivate", "/integrations/1/revoke", "/integrations/1/delete", "/integrations/2/exchange", "/integrations/linked", "/integrations/99",
    ];

    /// <summary>Those of operators; who may see which is told by their own tests.</summary>
    private static readonly string[] OfOperators =
    [
        "/overview", "/deliveries", "/deliveries/00000000-0000-0000-0000-000000000099", "/dead-letters", "/replays", "/replays/99", "/subscriptions", "/subscriptions/new", "/subscriptions/99",
        "/providers", "/providers/new", "/providers/99/edit", "/events", "/events/customer.saved", "/events/event.99", "/permissions", "/audit", "/erase",
    ];

    [Fact]
    public async Task Every_page_has_a_title_a_language_landmarks_and_a_label_for_each_field()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await TwoIntegrationsAsync(host);
        var titles = new HashSet<string>();

        foreach (var path in Paths.Concat(OfOperators))
        {
            var page = await anna.GetAsync("/admin" + path);

            page.Status.ShouldBe(path.Contains("99", StringComparison.Ordinal) ? 404 : 200, path);
            page.Html.ShouldStartWith("<!DOCTYPE html>");
            page.Html.ShouldContain("<html lang=\"en\">");
            var title = Regex.Match(page.Html, "<title>(.+) · Administration</title>").Groups[1].Value;
            title.ShouldNotBeEmpty(path);
            titles.Add(title).ShouldBeTrue($"{path} has the title of another page: {title}");
            Regex.Count(page.Html, "<h1>").ShouldBe(1, path);
            page.Html.ShouldContain("<main id=\"content\"");
            page.Html.ShouldContain("<a class=\"skip\" href=\"#content\">");
            foreach (Match field in Regex.Matches(page.Html, "<(input|select)(?![^>]* hidden)(?![^>]* type=\"hidden\")[^>]*>"))
                IsLabelled(page.Html, field).ShouldBeTrue($"{path}: {field.Value}");
            var ids = Regex.Matches(page.Html, " id=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
            ids.ShouldBeUnique(path);
            foreach (Match described in Regex.Matches(page.Html, " aria-(?:describedby|labelledby)=\"([^\"]+)\""))
                ids.ShouldContain(described.Groups[1].Value.Split(' ')[0], path);
        }
    }

    [Fact]
    public async Task Every_answer_forbids_what_a_page_of_ours_never_does()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await TwoIntegrationsAsync(host);
        using var guest = host.Visitor();
        var answers = new List<(string Of, Shown Shown)>();
        foreach (var path in Paths.Concat(OfOperators))
        {
            answers.Add((path, await anna.GetAsync("/admin" + path)));
            answers.Add(("a guest's " + path, await guest.GetAsync("/admin" + path)));
        }

        answers.Add(("a refused form", await anna.PostAsync("/admin/integrations/new", [])));
        answers.Add(("a refused sign-in", await guest.SignInAsync("anna", "wrong password")));
        answers.Add(("a sign-in", await guest.SignInAsync("anna", CallerHost.Password)));
        answers.Add(("the status", await anna.GetAsync("/admin/integrations/2/exchange/status")));

        foreach (var (of, shown) in answers)
        {
            var policy = shown.Header("Content-Security-Policy").ShouldNotBeNull(of);
            foreach (var part in new[] { "default-src 'none'", "style-src 'self'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'" })
                policy.ShouldContain(part);
            policy.ShouldNotContain("unsafe");
            shown.Header("X-Content-Type-Options").ShouldBe("nosniff", of);
            shown.Header("X-Frame-Options").ShouldBe("DENY", of);
            shown.Header("Referrer-Policy").ShouldBe("no-referrer", of);
            shown.Header("Cache-Control").ShouldNotBeNull(of).ShouldContain("no-store");
            shown.Html.ShouldNotContain(" style=", Case.Insensitive, of);
            Regex.IsMatch(shown.Html, "<script(?! src=)|<style| on[a-z]+=").ShouldBeFalse(of);
        }
    }

    [Fact]
    public async Task Every_page_needs_its_resource_and_says_which_it_is()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using (await TwoIntegrationsAsync(host))
        {
            using var bert = await host.SignedInAsync("bert", CallerHost.Orders);
            foreach (var path in Paths.Where(path => path is not ("/login" or "/integrations/linked")))
            {
                using var guest = host.Visitor();
                (await guest.GetAsync("/admin" + path)).Location.ShouldBe("/admin/login?return=" + Uri.EscapeDataString("/admin" + path));
                (await guest.PostAsync("/admin" + path, [])).Status.ShouldBeOneOf(303, 405);
                var refused = await bert.GetAsync("/admin" + path);
                refused.Status.ShouldBe(403, path);
                refused.Text.ShouldContain("Integrations (Magento_Integration::integrations)");
                (await bert.PostAsync("/admin" + path, [])).Status.ShouldBeOneOf(403, 405);
            }
        }
    }

    [Fact]
    public async Task The_style_sheet_and_the_script_may_be_kept_for_ever()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var visitor = host.Visitor();
        var page = await visitor.GetAsync("/admin/login");

        foreach (var (kind, type) in new[] { ("css", "text/css"), ("js", "text/javascript") })
        {
            var url = Regex.Match(page.Html, $"\"(/admin/assets/admin\\.[0-9a-f]{{16}}\\.{kind})\"").Groups[1].Value;
            var asset = await visitor.GetAsync(url);
            asset.Status.ShouldBe(200);
            asset.Header("Content-Type")!.ShouldStartWith(type);
            asset.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
            using var client = new HttpClient { BaseAddress = host.Url };
            client.DefaultRequestHeaders.IfNoneMatch.ParseAdd(asset.Header("ETag")!);
            (await client.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }

        (await visitor.GetAsync("/admin/assets/admin.css")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Pages_can_stand_elsewhere_and_behind_a_proxy_that_takes_a_part_of_the_path_away()
    {
        await using var host = await AdminHost.StartAsync<TStore>(prefix: "/back-office", map: app => app.UsePathBase("/shop").UseRouting().UseAuthentication().UseAuthorization());
        await host.Callers.AdminAsync("anna", AdminHost.Everything);
        using var visitor = host.Visitor();

        var sent = await visitor.GetAsync("/shop/back-office");
        sent.Location.ShouldBe("/shop/back-office/overview");
        sent = await visitor.GetAsync(sent.Location!);
        sent.Location.ShouldBe("/shop/back-office/login?return=%2Fshop%2Fback-office%2Foverview");
        var back = await visitor.SubmitAsync("/shop/back-office/login", new() { ["username"] = "anna", ["password"] = CallerHost.Password, ["return"] = "/shop/back-office/integrations/new" });
        back.Location.ShouldBe("/shop/back-office/integrations/new");
        back.Header("Set-Cookie")!.ShouldContain("path=/shop/back-office;");
        var page = await visitor.GetAsync(back.Location!);
        page.Status.ShouldBe(200);
        page.Html.ShouldContain("href=\"/shop/back-office/integrations\"");
        page.Html.ShouldNotContain("\"/back-office");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("admin")]
    [InlineData("/admin/")]
    [InlineData("/{id}")]
    [InlineData("/a//b")]
    public async Task A_prefix_that_is_no_path_is_refused(string prefix) =>
        (await Should.ThrowAsync<ArgumentException>(() => AdminHost.StartAsync<TStore>(prefix: prefix))).Message.ShouldContain("/admin");

    [Fact]
    public void Without_UseAdmin_it_is_said_what_is_missing()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        Should.Throw<InvalidOperationException>(() => app.MapDeclarativeAdmin()).Message.ShouldContain("UseAdmin()");
    }

    [Fact]
    public async Task In_a_group_whose_path_the_pages_do_not_know_they_are_refused() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => AdminHost.StartAsync<TStore>(map: app => app.MapGroup("/x").MapDeclarativeAdmin())))
        .Message.ShouldContain("whole path");

    /// <summary>The first exchanges no tokens, the second does.</summary>
    private static async Task<Visitor> TwoIntegrationsAsync(AdminHost host)
    {
        var anna = await host.SignedInAsync();
        (await host.AddAsync("First", null, CallerHost.Orders)).Id.ShouldBe(1);
        (await host.AddAsync("Second", "http://127.0.0.1:9", CallerHost.View)).Id.ShouldBe(2);
        return anna;
    }

    private static bool IsLabelled(string html, Match field)
    {
        var id = Regex.Match(field.Value, " id=\"([^\"]+)\"").Groups[1].Value;
        return id.Length > 0
            ? html.Contains($"<label for=\"{id}\">", StringComparison.Ordinal)
            : html.LastIndexOf("<label", field.Index, StringComparison.Ordinal) > html.LastIndexOf("</label>", field.Index, StringComparison.Ordinal);
    }
}
