// Skies of the far north, and of long exposures.
// tint: 0 sky above, 1 sky below, 2 the light's lower edge, 3 its upper edge, 4 the land.

/** Curtains of light, gathered along the ray through thin sheets. */
vec3 curtains(vec3 ray) {
  vec3 sum = vec3(0.);
  float grain = hash(gl_FragCoord.xy);
  for (float i = 0.; i < 48.; i += 1.8) {
    float up = (.8 + pow(i + grain, 1.4) * .0022), t = up / (ray.y * 1.8 + .32);
    vec2 x = ray.xz * t * 1.5 + vec2(seed * 5., time * .03);
    vec2 bend = vec2(noise(x * .9 + time * .05), noise(x * .9 + 40.)) * 1.7;
    float sheet = abs(noise(x * .85 + bend) - .5), band = smoothstep(.075, 0., sheet);
    float streak = .45 + .75 * noise((x + bend) * vec2(9., 7.) + time * .2);
    vec3 c = mix(tint[2], tint[3], smoothstep(2., 34., i));
    sum += c * band * streak * exp(-i * .055) * smoothstep(0., 3., i);
  }
  return sum * smoothstep(.0, .16, ray.y) * .24 * knob[0];
}

vec3 northSky(vec2 p, float horizon) {
  vec3 ray = normalize(vec3(p.x + knob[1], p.y - horizon, 1.05));
  vec3 c = mix(tint[1], tint[0], smoothstep(0., .5, ray.y));
  c += stars(p, .55, 26.) * smoothstep(0., .2, ray.y);
  return c + curtains(ray);
}

float crags(float x, float lift) { return lift + .2 * (range(x * 1.9 + 5., .9, 8) - .42); }

/** Northern lights over crags. knob: 0 strength, 1 looking aside, 2 horizon, 3 the crags' height, 4 firs. */
vec3 lights(vec2 p) {
  float top = crags(p.x, knob[2] + knob[3]);
  vec3 c = northSky(p, knob[2]);
  vec3 glow = (tint[2] * .5 + tint[3] * .15) * knob[0] * .22;
  float snow = smoothstep(.35, .75, fbm(vec2(p.x * 11., (p.y - top) * 22.) + p.x * 6., 6) + .9 * (p.y - knob[2]));
  vec3 land = tint[4] + (glow + tint[1] * .35) * (.2 + snow * .9);
  c = mix(c, land, inside(p.y - top, .0015));
  float front = knob[2] - .1 + .06 * (noise(p.x * 2.) - .5);
  float trees = knob[4] > 0. ? firs(vec2(p.x, p.y - front + .02), 15., knob[4], 3.) : 0.;
  vec3 field = mix(tint[4] * .7 + glow * .55 + tint[1] * .3, tint[4] * .6, smoothstep(0., .4, front - p.y)) * (.75 + .5 * fbm(p * vec2(4., 16.), 5));
  return mix(c, trees > .5 ? tint[4] * .35 : field, max(trees, inside(p.y - front, .002)));
}

/** The same over a fjord that mirrors it. */
vec3 fjord(vec2 p) {
  float shore = knob[2];
  vec2 q = p;
  float below = shore - p.y;
  if (below > 0.) {
    float far = .03 / (below + .03), wave = (noise(vec2(p.x * 9., below * 170. * far + seed)) - .5) * .1 * smoothstep(0., .25, below);
    q = vec2(p.x + wave * .25, shore + below + wave);
  }
  float top = crags(q.x, shore + knob[3]) - .05;
  float snow = smoothstep(.35, .75, fbm(vec2(q.x * 11., (q.y - top) * 22.) + q.x * 6., 6) + .9 * (q.y - shore));
  vec3 c = mix(northSky(q, shore), tint[4] + (tint[2] * .12 * knob[0] + tint[1] * .35) * (.2 + .9 * snow), inside(q.y - top, .0015));
  if (below > 0.) c = c * .72 + tint[0] * .12;
  c += tint[2] * .12 * exp(-abs(below) * 70.);
  float stones = smoothstep(.56, .6, fbm(p * vec2(5., 13.) + seed, 4) + (-.34 - p.y) * 1.6);
  return mix(c, tint[4] * (.4 + .5 * fbm(p * 30., 3)), stones * smoothstep(-.28, -.34, p.y));
}

/** Star trails around the pole. knob: 0 strength, 1, 2 the pole, 3 arc length in radians, 4 firs. */
vec3 trails(vec2 p) {
  vec2 d = p - vec2(knob[1], knob[2]);
  float r = length(d), a = atan(d.y, d.x) / (2. * PI) + .5;
  vec3 c = mix(tint[1], tint[0], smoothstep(-.35, .5, p.y)) * (.9 + .2 * fbm(p * 3. + seed, 4));
  for (float k = 0.; k < 3.; k++) {
    float rings = 150. + 60. * k, ring = floor(r * rings + k * 7.), arcs = 1. + floor(ring * .045);
    float cell = a * arcs + hash(vec2(ring, k + seed)), which = hash(vec2(ring, mod(floor(cell), arcs) + 11. * k));
    float across = abs(fract(r * rings + k * 7.) - .5), len = knob[3] / (2. * PI) * arcs;
    float along = smoothstep(0., .02, fract(cell)) * smoothstep(len, len - .05, fract(cell));
    float bright = pow(which, 3.5) * 1.3;
    vec3 hue = mix(vec3(1., .8, .6), vec3(.65, .8, 1.), hash(vec2(ring, 5. + k)));
    c += hue * bright * along * inside(across - .16, .16) * knob[0];
  }
  float top = -.3 + .12 * (range(p.x * 1.4, .4, 6) - .5);
  vec3 land = tint[4] * (.6 + .5 * fbm(p * 20., 4));
  float trees = knob[4] > 0. ? firs(vec2(p.x, p.y - top + .02), 8., knob[4], 2.) : 0.;
  c += tint[3] * .5 * exp(-max(p.y - top, 0.) * 8.);
  return mix(c, land, max(inside(p.y - top, .0015), trees));
}

/** The Milky Way over a ridge. knob: 0 strength, 1 its tilt, 2 its place, 3 the ridge, 4 a lone fir's place. */
vec3 milkyWay(vec2 p) {
  vec2 q = turn(knob[1]) * (p - vec2(knob[2], .1));
  float cloud = fbm(q * vec2(5., 3.) + seed, 7), dark = fbm(q * vec2(9., 5.) + 20. + seed, 7);
  float bulge = exp(-pow(q.x / (.13 + .05 * cos(q.y * 3.)), 2.)) * (.55 + .75 * exp(-q.y * q.y * 6.));
  vec3 c = mix(tint[1], tint[0], smoothstep(-.35, .35, p.y));
  float dust = smoothstep(.42, .62, dark) * exp(-pow((q.x + .03 * sin(q.y * 8.)) / .075, 2.));
  c += knob[0] * bulge * (.35 + cloud) * mix(tint[2], tint[3], smoothstep(.0, .12, abs(q.x)) ) * (1. - .8 * dust);
  c += stars(p, .75, 30.) * (.55 + bulge) + stars(p + 3., .5, 80.) * (.15 + .9 * bulge) * (1. - .6 * dust);
  float top = knob[3] + .16 * (range(p.x * 1.5 + 3., .8, 7) - .5);
  c += tint[5] * .8 * exp(-max(p.y - top, 0.) * 7.);
  float lone = firs(vec2(p.x * .5, (p.y - top + .02)), 1.1, .3, knob[4]);
  return mix(c, tint[4] * (.7 + .5 * fbm(p * 30., 4)), max(lone, inside(p.y - top, .0015)));
}
