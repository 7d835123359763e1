import type { GoogleService } from '../../google/services.js';

/** A step through a page of Google's, or of the terminal. */
export interface GuideStep {
  readonly title: string;
  /** As its heading names it. */
  readonly page: string;
  /** Absent for a page that Google leads to. */
  readonly url?: string;
  /** What to do there, in order. */
  readonly actions: readonly GuideAction[];
  /** What it is for, and what goes wrong without it. */
  readonly why: string;
  /** The month in which the page was like this. */
  readonly described: string;
  /** Google's own words on it. Absent where those name no buttons, and the names are those of other people's guides. */
  readonly help?: string;
}

/** Words between backticks are to be copied as they are. */
export type GuideAction = { readonly field: string; readonly value: string } | NamedButton;

export interface NamedButton {
  readonly button: string;
  /** True if the name was taken from other people's guides, and nobody has seen the button. */
  readonly isUnverified?: true;
}

/** An API that a source asks. */
export interface GuideService extends GoogleService {
  readonly host: string;
  /** What is seen through it. */
  readonly shows: string;
}

export interface GuideNeeds {
  readonly services: readonly GuideService[];
  /** Id or number of a project that is there already. */
  readonly project?: string;
}

const CONSOLE = 'https://console.cloud.google.com';
const HELP = 'https://support.google.com/cloud/answer';
const DESCRIBED = '2026-11';

/** Every step from nothing to a sign-in, for the sources that need these services. */
export function guideSteps({ services, project }: GuideNeeds): readonly GuideStep[] {
  const at = (path: string): string => `${CONSOLE}${path}${project === undefined ? '' : `?project=${project}`}`;
  return [
    ...(project === undefined ? [MAKE_PROJECT] : []),
    ...services.map((service) => enableStep(service, at(`/apis/library/${service.host}`))),
    nameStep(at('/auth/overview')),
    scopesStep(services, at('/auth/scopes')),
    testUserStep(at('/auth/audience')),
    publishStep(at('/auth/audience')),
    clientStep(at('/auth/clients')),
    SIGN_IN,
    CONSENT,
  ];
}

const MAKE_PROJECT: GuideStep = {
  title: 'Make a project',
  page: 'New Project',
  url: `${CONSOLE}/projectcreate`,
  actions: [
    { field: 'Project name', value: '`photodav`, or any other' },
    { field: 'Location', value: 'No organization' },
    { button: 'Create' },
    { field: 'Project selector, at the top left', value: 'the new project' },
  ],
  why:
    'It costs nothing, and asks for no credit card. Whoever has never been in this console may be asked for terms of service ' +
    'and for 2-step verification first. Every page below must show this project at its top.',
  described: DESCRIBED,
  help: 'https://developers.google.com/workspace/guides/create-project',
};

function enableStep({ title, shows }: GuideService, url: string): GuideStep {
  return {
    title: `Enable the ${title}`,
    page: title,
    url,
    actions: [{ field: 'Project, at the top', value: 'the one for photodav' }, { button: 'Enable' }],
    why: `${shows} Without it Google answers 403, and photodav says API_DISABLED. It takes a few minutes to count.`,
    described: DESCRIBED,
    help: 'https://developers.google.com/photos/overview/configure-your-app',
  };
}

function nameStep(url: string): GuideStep {
  return {
    title: 'Describe the app',
    page: 'Google Auth Platform, Overview (once "OAuth consent screen")',
    url,
    actions: [
      { button: 'Get started' },
      { field: 'App name', value: '`my photo drive`, or any other without "Google" in it' },
      { field: 'User support email', value: 'your own address' },
      { button: 'Next' },
      { field: 'Audience', value: 'External' },
      { button: 'Next' },
      { field: 'Contact information, Email addresses', value: 'your own address' },
      { button: 'Next' },
      { field: 'I agree to the Google API Services: User Data Policy', value: 'tick' },
      { button: 'Continue' },
      { button: 'Create' },
    ],
    why:
      'No "Get started" there? Then the project has all this already. The app is photodav on your machine, and you are who publishes it. "Internal" is for accounts of one organisation ' +
      'alone. Name and addresses can be changed later on the page Branding.',
    described: DESCRIBED,
    help: `${HELP}/15544987`,
  };
}

function scopesStep(services: readonly GuideService[], url: string): GuideStep {
  return {
    title: 'Add the scopes',
    page: 'Google Auth Platform, Data Access',
    url,
    actions: [
      { button: 'Add or remove scopes' },
      ...services.map(({ scope }) => ({ field: 'Manually add scopes', value: `\`${scope}\`` })),
      { button: 'Add to table', isUnverified: true },
      { button: 'Update' },
      { button: 'Save' },
    ],
    why: 'Several go on a line each. These and no others: photodav asks for exactly what its sources need, and never for more than reading.',
    described: DESCRIBED,
    help: `${HELP}/15549135`,
  };
}

function testUserStep(url: string): GuideStep {
  return {
    title: 'Add yourself as a test user',
    page: 'Google Auth Platform, Audience',
    url,
    actions: [
      { button: 'Add users' },
      { field: 'Email addresses', value: 'the Google account whose photos you want to see' },
      { button: 'Save' },
    ],
    why: 'In Testing mode nobody else gets in: Google answers them "Error 403: access_denied". The next step makes it needless.',
    described: DESCRIBED,
    help: `${HELP}/15549945`,
  };
}

function publishStep(url: string): GuideStep {
  return {
    title: 'Publish the app, or every sign-in dies after 7 days',
    page: 'Google Auth Platform, Audience',
    url,
    actions: [
      { field: 'Publishing status', value: 'Testing, until now' },
      { button: 'Publish app' },
      { button: 'Confirm', isUnverified: true },
      { field: 'Publishing status', value: 'In production' },
    ],
    why:
      'In Testing mode Google ends every refresh token 7 days after consent. Publishing asks for no review, so pass over what the ' +
      'page says of verification: the app stays "unverified", Google warns whoever signs in, and lets in 100 accounts at most. A sign-in made before keeps its 7 ' +
      'days: sign in again after publishing.',
    described: DESCRIBED,
    help: `${HELP}/15549945`,
  };
}

function clientStep(url: string): GuideStep {
  return {
    title: 'Make an OAuth client and download its file',
    page: 'Google Auth Platform, Clients',
    url,
    actions: [
      { button: 'Create client' },
      { field: 'Application type', value: 'Desktop app' },
      { field: 'Name', value: '`photodav`, or any other' },
      { button: 'Create' },
      { button: 'Download JSON', isUnverified: true },
    ],
    why:
      'The file, client_secret_….json, holds the client id and its secret. Google shows the secret at this moment alone; if ' +
      'it was lost, a new one can be added to the client. A client of type "Web application" knows no address of your machine.',
    described: DESCRIBED,
    help: `${HELP}/15549257`,
  };
}

const SIGN_IN: GuideStep = {
  title: 'Sign in',
  page: 'a terminal, on the machine that runs photodav',
  actions: [{ field: 'Command', value: '`photodav login --import client_secret_….json`' }, { button: 'Enter' }],
  why:
    'The browser opens. On a machine without one, add `--no-browser`: the address is printed, and what the browser ends at ' +
    'is pasted back. Write the file with its folder, such as ~/Downloads. In a clone of photodav it is `npx photodav`. ' +
    'Where nothing is configured this signs in for the source picker; for the other one add `--source library`. Keep the ' +
    'file where nobody else reads it, for it is needed again after `photodav logout`; else a new secret has to be made.',
  described: DESCRIBED,
};

const CONSENT: GuideStep = {
  title: 'Agree in the browser',
  page: '"Google hasn\'t verified this app", then the consent page',
  actions: [
    { field: 'Account', value: 'the one whose photos you want to see' },
    { button: 'Advanced' },
    { button: 'Go to my photo drive (unsafe)' },
    { field: 'Every box, where there are any', value: 'tick' },
    { button: 'Continue' },
  ],
  why: 'The warning is about you: nobody but you has published this app. A box left unticked is asked for again.',
  described: DESCRIBED,
  help: 'https://developers.google.com/data-manager/api/devguides/concepts/oauth-verification',
};
