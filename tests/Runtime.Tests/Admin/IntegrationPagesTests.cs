using System.Net;
using System.Text.RegularExpressions;
using Declarative.Integrations;
using Declarative.Tests.Acl;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Admin;

public sealed class SqliteIntegrationPagesTests : IntegrationPagesTests<SqliteFixture>;

public sealed class PostgreSqlIntegrationPagesTests : IntegrationPagesTests<PostgreSqlFixture>;

/// <summary>The list, the form and the details of integrations.</summary>
public abstract class IntegrationPagesTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string List = "/admin/integrations";
    private const string New = "/admin/integrations/new";

    [Fact]
    public async Task An_empty_list_says_how_to_make_one()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();

        var page = await anna.GetAsync(List);

        page.Text.ShouldContain("There is no integration yet.");
        page.Text.ShouldContain("etc/integration.xml");
        page.Html.ShouldContain($"href=\"{New}\"");
    }

    [Fact]
    public async Task The_list_is_filtered_by_name_status_and_type()
    {
        await using var host = await AdminHost.StartAsync<TStore>(declare: Declared);
        using var anna = await host.SignedInAsync();
        await host.AddAsync("Bakery");
        await host.AddAsync("Brewery");
        await host.Service.ActivateAsync((await host.AddAsync("Cellar")).Id, new Uri("https://shop.test/"));

        Names(await anna.GetAsync(List)).ShouldBe(["Bakery", "Brewery", "Cellar", "Declared"]);
        Names(await anna.GetAsync(List + "?q=ERY")).ShouldBe(["Bakery", "Brewery"]);
        Names(await anna.GetAsync(List + "?status=active")).ShouldBe(["Cellar"]);
        Names(await anna.GetAsync(List + "?type=config")).ShouldBe(["Declared"]);
        Names(await anna.GetAsync(List + "?type=manual&status=inactive&q=b&sort=name&dir=desc")).ShouldBe(["Brewery", "Bakery"]);
        Names(await anna.GetAsync(List + "?type=nonsense&status=7&sort=nonsense&dir=nonsense")).Count.ShouldBe(4);
        var none = await anna.GetAsync(List + "?q=zzz");
        none.Text.ShouldContain("No integration matches the filter.");
        none.Text.ShouldContain("0 of 4 integrations");
        none.Field("q").ShouldBe("zzz");
    }

    [Theory]
    [InlineData("name", "Bakery", "Cellar", "Declared")]
    [InlineData("status", "Cellar", "Bakery", "Declared")]
    [InlineData("email", "Cellar", "Declared", "Bakery")]
    [InlineData("type", "Declared", "Bakery", "Cellar")]
    [InlineData("changed", "Declared", "Cellar", "Bakery")]
    public async Task The_list_is_sorted_by_each_column_both_ways(string column, params string[] expected)
    {
        var time = new TestClock();
        await using var host = await AdminHost.StartAsync<TStore>(time, declare: Declared);
        using var anna = await host.SignedInAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await host.Service.ActivateAsync((await host.AddAsync("Cellar")).Id, new Uri("https://shop.test/"));
        time.Advance(TimeSpan.FromMinutes(1));
        await host.Service.CreateAsync(new IntegrationData { Name = "Bakery", Email = "z@example.com" });

        var sorted = await anna.GetAsync($"{List}?sort={column}");
        Names(sorted).ShouldBe(expected);
        sorted.Html.ShouldContain("aria-sort=\"ascending\"");

        // The head of the column that it is sorted by turns it round.
        var other = WebUtility.HtmlDecode(Regex.Match(sorted.Html, $"href=\"([^\"]*sort={column}[^\"]*dir=desc[^\"]*)\"").Groups[1].Value);
        Names(await anna.GetAsync(other)).ShouldBe(expected.Reverse());
    }

    [Fact]
    public async Task An_integration_is_made_changed_and_deleted_by_hand()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();

        var made = await anna.SubmitAsync(New, new()
        {
            ["name"] = " Ledger ", ["email"] = "books@example.com", ["endpoint_url"] = "", ["identity_link_url"] = "", ["resource"] = $"{CallerHost.View}\n{CallerHost.Orders}",
        });
        made.Status.ShouldBe(303);
        var details = await anna.GetAsync(made.Location!);
        details.Text.ShouldContain("Saved.");
        details.Text.ShouldContain("books@example.com");
        details.Text.ShouldContain("Orders, granted");
        details.Text.ShouldContain("Shop_Sales::cancel, not granted");

        var path = made.Location!.Split('?')[0];
        var form = await anna.GetAsync(path + "/edit");
        form.Field("name").ShouldBe("Ledger");
        Ticked(form).ShouldBe([CallerHost.View, CallerHost.Orders]);
        var changed = await anna.SubmitAsync(path + "/edit", new() { ["name"] = "Ledgers", ["email"] = "", ["all_resources"] = "1" });
        changed.Location.ShouldBe(path + "?done=saved");
        var now = (await host.Service.ListAsync()).ShouldHaveSingleItem();
        (now.Name, now.Email, now.HoldsEverything).ShouldBe(("Ledgers", null, true));
        (await anna.GetAsync(path)).Text.ShouldContain("Everything, also what modules declare later");

        (await anna.GetAsync(path + "/delete")).Text.ShouldContain("This can't be undone.");
        (await host.Service.ListAsync()).ShouldNotBeEmpty("asking deletes nothing");
        (await anna.SubmitAsync(path + "/delete")).Location.ShouldBe(List + "?done=delete");
        (await anna.GetAsync(List + "?done=delete")).Text.ShouldContain("The integration is deleted");
        (await host.Service.ListAsync()).ShouldBeEmpty();
        (await anna.GetAsync(path)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_is_wrong_is_told_beside_its_field_and_what_was_typed_stays()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();

        var refused = await anna.SubmitAsync(New, new()
        {
            ["name"] = "L", ["email"] = "no address", ["endpoint_url"] = "ftp://example.com", ["identity_link_url"] = "http://example.com/login", ["resource"] = CallerHost.Orders,
        });

        refused.Status.ShouldBe(400);
        refused.Text.ShouldContain("Nothing was saved.");
        foreach (var (field, label) in new[] { ("name", "The name"), ("email", "The e-mail address"), ("endpoint_url", "The callback URL") })
        {
            Regex.Match(refused.Html, $"<p class=\"error\" id=\"{field}-error\">(.*?)</p>").Groups[1].Value.ShouldContain(label);
            Regex.Match(refused.Html, $"<input id=\"{field}\"[^>]*>").Value.ShouldContain("aria-invalid=\"true\"");
        }

        Regex.Match(refused.Html, "<input id=\"identity_link_url\"[^>]*>").Value.ShouldNotContain("aria-invalid");
        refused.Text.ShouldContain("Not secure: http://example.com/login");
        refused.Field("name").ShouldBe("L");
        refused.Field("email").ShouldBe("no address");
        refused.Field("endpoint_url").ShouldBe("ftp://example.com");
        Ticked(refused).ShouldBe([CallerHost.Orders]);

        await host.AddAsync("Ledger");
        (await anna.SubmitAsync(New, new() { ["name"] = "LEDGER" })).Html.ShouldMatch("id=\"name-error\">.*Another integration has this name already");
    }

    [Fact]
    public async Task Nobody_gives_what_they_do_not_hold()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var bert = await host.SignedInAsync("bert", AdminHost.Integrations, CallerHost.View);
        var rich = await host.AddAsync("Rich", null, CallerHost.Orders);

        var refused = await bert.SubmitAsync(New, new() { ["name"] = "Ledger", ["resource"] = $"{CallerHost.View}\n{CallerHost.Orders}\nNo_Module::such" });
        refused.Status.ShouldBe(400);
        refused.Text.ShouldContain("You can only give permissions that your own role holds. It lacks: Orders (Shop_Sales::orders), No_Module::such.");
        Ticked(refused).ShouldContain(CallerHost.Orders);
        (await bert.SubmitAsync(New, new() { ["name"] = "Ledger", ["all_resources"] = "1" })).Text.ShouldContain("It lacks:");
        (await bert.SubmitAsync($"{List}/{rich.Id}/edit", new() { ["name"] = "Rich", ["endpoint_url"] = "https://bert.test", ["resource"] = CallerHost.Orders })).Status.ShouldBe(400);
        (await host.Service.ListAsync()).ShouldHaveSingleItem().EndpointUrl.ShouldBeNull();

        (await bert.SubmitAsync(New, new() { ["name"] = "Ledger", ["resource"] = CallerHost.View })).Status.ShouldBe(303);
    }

    [Fact]
    public async Task A_form_from_elsewhere_changes_nothing_and_one_that_is_too_old_keeps_what_was_typed()
    {
        await using var host = await AdminHost.StartAsync<TStore>();
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync("Ledger");

        var forged = await anna.PostAsync(New, new() { ["name"] = "Forged", ["resource"] = CallerHost.Orders, [Visitor.Token] = "nonsense" });
        forged.Status.ShouldBe(400);
        forged.Text.ShouldContain("This form is too old");
        forged.Field("name").ShouldBe("Forged");
        Ticked(forged).ShouldBe([CallerHost.Orders]);
        foreach (var change in new[] { "edit", "delete", "deactivate", "revoke", "activate" })
            (await anna.PostAsync($"{List}/{one.Id}/{change}", new() { ["password"] = CallerHost.Password })).Status.ShouldBe(400, change);

        var now = (await host.Service.ListAsync()).ShouldHaveSingleItem();
        (now.Name, now.Status).ShouldBe(("Ledger", IntegrationStatus.Inactive));

        // The token of another's session is none either.
        using var bert = await host.SignedInAsync("bert");
        var bertsToken = (await bert.GetAsync(New)).Field(Visitor.Token)!;
        (await anna.PostAsync(New, new() { ["name"] = "Forged", [Visitor.Token] = bertsToken })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task What_a_module_declares_is_shown_with_the_reason_why_it_can_not_be_changed()
    {
        await using var host = await AdminHost.StartAsync<TStore>(declare: Declared);
        using var anna = await host.SignedInAsync();
        var one = (await host.Service.ListAsync()).ShouldHaveSingleItem();
        var path = $"{List}/{one.Id}";

        var details = await anna.GetAsync(path);
        details.Text.ShouldContain("A module declares this integration");
        details.Text.ShouldContain("From a module");
        details.Text.ShouldContain("without effect now: No_Module::such");
        details.Html.ShouldContain($"{path}/activate");
        details.Html.ShouldNotContain($"{path}/edit");
        details.Html.ShouldNotContain($"{path}/delete");
        (await anna.GetAsync(path + "/edit")).Location.ShouldBe(path);
        var changed = await anna.SubmitAsync(path + "/edit", new() { ["name"] = "Mine" }, at: New);
        changed.Status.ShouldBe(400);
        changed.Text.ShouldContain("declared by a module");
        (await anna.SubmitAsync(path + "/delete")).Text.ShouldContain("declared by a module");
        (await host.Service.ListAsync()).ShouldHaveSingleItem().Name.ShouldBe("Declared");
    }

    [Fact]
    public async Task Markup_in_what_was_typed_stays_text()
    {
        const string Name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        await using var host = await AdminHost.StartAsync<TStore>(configure: null, declare: module => module.AddResource("Shop_More::evil", "etc/acl.xml", "Magento_Backend::admin", Name));
        using var anna = await host.SignedInAsync();
        var one = await host.AddAsync(Name, "https://example.com/?<script>", "Shop_More::evil");

        foreach (var path in new[] { "", $"/{one.Id}", $"/{one.Id}/edit", $"/{one.Id}/activate", $"/{one.Id}/delete", $"/{one.Id}/exchange", "?q=" + Uri.EscapeDataString(Name) })
        {
            var page = await anna.GetAsync(List + path);
            page.Status.ShouldBe(200);
            page.Html.ShouldNotContain("<script>", Case.Insensitive, path);
            page.Html.ShouldNotContain("<img", Case.Insensitive, path);
            page.Text.ShouldContain("alert(1)", Case.Sensitive, path);
        }

        var login = await anna.GetAsync("/admin/login?return=" + Uri.EscapeDataString(Name));
        login.Html.ShouldNotContain("<script>");
        login.Field("return").ShouldBe(Name);
    }

    [Fact]
    public async Task More_permissions_can_be_ticked_than_forms_usually_have_fields()
    {
        await using var host = await AdminHost.StartAsync<TStore>(declare: module =>
        {
            for (var i = 0; i < 3000; i++)
                module.AddResource($"Shop_More::r{i}", "etc/acl.xml", "Magento_Backend::admin");
        });
        using var anna = await host.SignedInAsync();

        var made = await anna.SubmitAsync(New, new() { ["name"] = "Many", ["resource"] = string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"Shop_More::r{i}")) });

        made.Status.ShouldBe(303);
        (await host.Service.ListAsync()).ShouldHaveSingleItem().Resources.Count.ShouldBe(3000);
    }

    private static void Declared(Declarative.Modules.ModuleManifest module) => module.AddIntegration(new("Declared", "etc/integration/config.xml")
    {
        Email = "module@example.com",
        Resources = [CallerHost.Orders, "No_Module::such"],
    });

    private static List<string> Names(Shown shown) =>
        [.. Regex.Matches(shown.Html, "<th scope=\"row\"><a[^>]*>([^<]*)</a>").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    private static List<string> Ticked(Shown shown) =>
        [.. Regex.Matches(shown.Html, "<input type=\"checkbox\" name=\"resource\" value=\"([^\"]*)\" checked").Select(match => match.Groups[1].Value)];
}
