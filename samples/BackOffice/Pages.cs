using System.Globalization;
using System.Net;

namespace BackOffice;

/// <summary>Pages of plain HTML, without script.</summary>
public static class Pages
{
    public static IResult NotLinked() => Page("Not linked yet", """
        <p>The Shop has not given us tokens. Activate the integration <b>BackOffice</b> there, under
        <i>System &rsaquo; Extensions &rsaquo; Integrations</i>, and load this page again.</p>
        """);

    public static IResult NoAnswer(string problem) => Page("The Shop does not answer us", $"<p>{Text(problem)}</p><p>Is the integration still active?</p>");

    public static IResult Orders(string? login, OrderPage orders) => Page("Linked", $"""
        <p>BackOffice is linked with the Shop{(login is null ? "" : " by " + Text(login))}, and reads its orders with the tokens that it got.</p>
        <table>
        <caption>{orders.TotalCount} order(s)</caption>
        <thead><tr><th scope="col">Number</th><th scope="col">Customer</th><th scope="col">Status</th><th scope="col">Total</th></tr></thead>
        <tbody>
        {string.Join('\n', orders.Items.Select(Row))}
        </tbody>
        </table>
        """);

    public static IResult LogIn(bool wasWrong) => Page("Log in to BackOffice", $"""
        {(wasWrong ? "<p role=\"alert\">The user or the password is wrong.</p>" : "")}
        <form method="post">
        <p><label>User <input name="user" autocomplete="username" required autofocus></label></p>
        <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
        <p><button>Log in and link with the Shop</button></p>
        </form>
        """);

    private static string Row(Order order) =>
        $"<tr><td>{Text(order.IncrementId)}</td><td>{Text(order.CustomerEmail)}</td><td>{Text(order.Status)}</td><td>{order.GrandTotal.ToString(CultureInfo.InvariantCulture)}</td></tr>";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static IResult Page(string title, string body) => Results.Content($$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}} - BackOffice</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; }
        input, button { font: inherit; padding: .3rem .6rem; } label { display: block; }
        </style>
        </head>
        <body>
        <h1>{{title}}</h1>
        {{body}}
        </body>
        </html>
        """, "text/html; charset=utf-8");
}
