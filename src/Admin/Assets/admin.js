// What a form can't do: the third party's window, following its exchange, and copying. Every page works without it.
'use strict';

let popup = null;

for (const link of document.querySelectorAll('[data-popup]')) {
    link.addEventListener('click', event => {
        popup = window.open('', '_blank', 'popup,width=680,height=510');
        if (!popup)
            return; // Blocked: the link opens a tab.
        event.preventDefault();
        popup.opener = null; // What is shown there must not be able to replace this page.
        popup.location.href = link.href;
    });
}

// The exchange: ask until it is decided, more often while somebody looks at the third party's window.
const follow = async () => {
    const shown = document.getElementById('exchange');
    if (!shown?.dataset.status)
        return;
    try {
        const response = await fetch(shown.dataset.status, { redirect: 'error' });
        const state = await response.text();
        const changed = follow.last === undefined ? JSON.parse(state).state !== shown.dataset.state : follow.last !== state;
        if (changed) {
            const page = await (await fetch(location.href, { redirect: 'error' })).text();
            const fresh = new DOMParser().parseFromString(page, 'text/html').getElementById('exchange');
            shown.replaceChildren(...fresh.childNodes);
            shown.dataset.state = fresh.dataset.state;
            if (!fresh.dataset.status) {
                // Who fetches its tokens at once is done before anybody has logged in there: that window closes by itself.
                if (fresh.dataset.state !== 'active')
                    popup?.close();
                location.reload();
                return;
            }
        }
        follow.last = state;
    } catch {
        if (navigator.onLine && follow.failures++ > 5)
            location.reload(); // Signed out meanwhile, most likely; the page says so better.
    }
    setTimeout(follow, popup && !popup.closed ? 500 : 2000);
};
follow.failures = 0;
follow();

// What shows how things stand renews itself, unless somebody is at work in it or can't see it.
const renew = async () => {
    const shown = document.getElementById('live');
    const seconds = Number(shown?.dataset.renew);
    if (!seconds)
        return;
    try {
        const isBusy = document.hidden || shown.contains(document.activeElement) || shown.querySelector('details[open]');
        if (!isBusy) {
            const response = await fetch(location.href, { redirect: 'error' });
            const fresh = response.ok && new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('live');
            if (fresh && fresh.innerHTML !== shown.innerHTML)
                shown.replaceWith(document.adoptNode(fresh));
        }
    } catch {
        if (navigator.onLine && renew.failures++ > 5)
            location.reload(); // Signed out meanwhile, most likely; the page says so better.
    }
    setTimeout(renew, seconds * 1000);
};
renew.failures = 0;
setTimeout(renew, 1000);

if (document.querySelector('[data-close]'))
    window.close();

for (const field of document.querySelectorAll('[data-copy]')) {
    field.addEventListener('focus', () => field.select());
    if (!navigator.clipboard)
        continue; // Only where the page came over https, or from this machine.
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'second';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', `Copy ${document.querySelector(`label[for="${field.id}"]`).textContent}`);
    button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(field.value);
        button.textContent = 'Copied';
    });
    field.after(button);
}

// Ticking many permissions one by one is tiresome: a button per branch ticks or clears it all.
for (const branch of document.querySelectorAll('.permissions .tree details')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'quiet branch';
    const boxes = [...branch.parentElement.querySelectorAll('input[type=checkbox]')];
    const name = branch.parentElement.querySelector('label').textContent.trim();
    const label = () => {
        const all = boxes.every(box => box.checked);
        button.textContent = all ? 'clear all' : 'tick all';
        button.setAttribute('aria-label', `${button.textContent} of ${name}`);
        return all;
    };
    button.addEventListener('click', () => {
        const all = label();
        for (const box of boxes)
            box.checked = !all;
        document.dispatchEvent(new Event('change'));
    });
    document.addEventListener('change', label);
    label();
    branch.before(button);
}
