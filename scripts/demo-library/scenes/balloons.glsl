// Hot-air balloons.
// tint: 0 sky above, 1 sky below, 2 sun, 3 the nearest ground, 4 mist, 5 the largest balloon.

/** Colour and cover of a balloon of radius 1. `glow` lights it from within. */
vec4 balloon(vec2 q, float salt, vec3 hue, float glow) {
  float y = q.y, low = sat((-.15 - y) / 1.2);
  float w = y > -.15 ? sqrt(max(1. - y * y, 0.)) : mix(.989, .2, smoothstep(0., 1., low) * .35 + low * .65);
  float px = .008, body = inside(max(abs(q.x) - w, max(y - 1., -1.32 - y)), px);
  float u = asin(clamp(q.x / max(w, .001), -1., 1.)) / PI * 10., gore = fract(u + .5), style = floor(hash(salt) * 5.);
  vec3 second = blend(vec3(.98, .93, .82), vec3(.95, .7, .2), vec3(.18, .3, .55), hash(salt + 40.));
  vec3 third = blend(hue * .45, vec3(.99, .97, .93), vec3(.85, .25, .2), hash(salt + 50.));
  float v = y * 4.;
  vec3 cloth = style < 1. ? mix(hue, second, step(.5, fract(u * .5 + .25)))
    : style < 2. ? mix(hue, second, step(.5, fract(v * .5 + abs(gore - .5))))
    : style < 3. ? mix(mix(hue, second, step(abs(y + .05), .34)), third, step(abs(y + .05 + .18 * (abs(gore - .5) - .25)), .15))
    : style < 4. ? mix(hue, mix(second, third, step(.5, fract(floor(u + .5) * .5))), step(.5, fract(v * .25 + .1 + floor(u + .5) * .25)))
    : mix(hue, blend(hue, second, third, sat(y * .5 + .5)), 1.);
  cloth = mix(cloth, third, smoothstep(.86, .88, y));
  cloth = mix(cloth, third * .8, step(y, -1.12));
  vec3 n = normalize(vec3(q.x / max(w, .1) * .9, y * .8 + .15, sqrt(max(1.05 - q.x * q.x - y * y * .7, .05))));
  float puff = 1. - .22 * pow(abs(gore - .5) * 2., 3.);
  float light = .42 + .75 * max(dot(n, normalize(vec3(-.55, .45, .6))), 0.);
  vec3 c = cloth * light * puff + tint[2] * .12 * pow(sat(1. - n.z), 3.);
  c = mix(c, mix(cloth, vec3(1., .75, .35), .35) * (1.35 - .55 * length(q + vec2(0., .75))), glow * .95);
  vec2 b = q - vec2(0., -1.86);
  float ropes = inside(abs(abs(q.x) - mix(.13, .19, sat((q.y + 1.75) / .45))) - .006, px) * step(-1.76, y) * step(y, -1.3);
  float basket = inside(max(abs(b.x) - .15 + .12 * b.y, abs(b.y) - .12), px);
  vec3 wicker = vec3(.42, .26, .13) * (.65 + .35 * step(.5, fract(b.y * 26.)) ) * (1. - .6 * smoothstep(-.1, .16, b.x));
  vec3 out_ = mix(mix(vec3(.1), c, body), wicker, basket);
  out_ += vec3(1., .7, .25) * glow * exp(-length((q - vec2(0., -1.5)) * vec2(2.4, 1.)) * 9.);
  return vec4(out_, max(max(body, basket), ropes * .8));
}

vec3 hueOf(float salt) {
  float h = hash(salt + 7.7);
  return h < .3 ? vec3(.83, .2, .16) : h < .5 ? vec3(.93, .55, .13) : h < .7 ? vec3(.15, .42, .62) : h < .85 ? vec3(.5, .2, .45) : vec3(.2, .52, .42);
}

vec3 morning(vec2 p) {
  float d = length(p - vec2(knob[0], knob[1]));
  vec3 c = mix(tint[1], tint[0], smoothstep(-.15, .5, p.y));
  c = mix(c, mix(tint[2], vec3(1.), .5), .4 * smoothstep(.5, .8, fbm(vec2(p.x * 1.3 + seed, p.y * 7.), 6)));
  c += tint[2] * (.5 * exp(-d * 4.) + .3 * exp(-d * 18.));
  return mix(c, vec3(1., .98, .88), inside(d - .032, .002));
}

/** Cones of tuff, ridge behind ridge, from i = 0 (far). */
vec4 chimneys(vec2 p, float i) {
  float t = i / 4., x = p.x * mix(9., 3., t) + i * 7. + seed, f = fract(x) - .5, r = hash(vec2(floor(x), i + seed));
  float cone = (.02 + .12 * r * (.4 + t)) * pow(sat(1. - abs(f) * (2.1 + r)), .7 + .6 * r);
  float y = x * 1.37 + 3.1, g = fract(y) - .5, k = hash(vec2(floor(y), i + seed + 20.)), second = (.015 + .1 * k * (.4 + t)) * pow(sat(1. - abs(g) * (2.1 + k)), .6);
  float top = mix(-.05, -.4, t) + .12 * (range(p.x * 2. + i * 5., .5, 6) - .5) + max(cone, second) * knob[3];
  vec3 own = mix(mix(tint[1], tint[4], .5), tint[3], pow(t, .8) * .9 + .08) * (.9 + .2 * fbm(vec2(p.x * 12., p.y * 50.) + i, 4));
  own += tint[2] * .14 * smoothstep(.05, -.12, f) * smoothstep(-.5, -.3, f) * t;
  own = mix(own, tint[4], smoothstep(.0, .16, top - p.y) * .75 * (1. - .75 * t));
  return vec4(own, inside(p.y - top, .0012));
}

vec3 fleet(vec3 c, vec2 p, float from, float to, float count) {
  for (float i = from; i < to; i++) {
    float t = i / count, r = mix(.012, .085, pow(t, 2.2)) * (.85 + .3 * hash(i + seed));
    vec2 at = vec2((hash(vec2(i, seed)) - .5) * 1.5, mix(.02, .3, hash(vec2(i, seed + 5.))) + .1 * t);
    vec4 b = balloon((p - at) / r, i + seed * 3., hueOf(i + seed), 0.);
    c = mix(c, mix(mix(tint[1], tint[4], .4), b.rgb, .3 + .7 * pow(t, .6)), b.a);
  }
  return c;
}

/** Many, over a valley of cones. knob: 0, 1 the sun, 2 how many, 3 how tall the cones, 4 the large one's radius, 5, 6 its place. */
vec3 valley(vec2 p) {
  vec3 c = fleet(morning(p), p, 0., floor(knob[2] * .4), knob[2]);
  for (float i = 0.; i < 5.; i++) {
    vec4 l = chimneys(p, i);
    c = mix(c, l.rgb, l.a);
    if (i == 2.) c = fleet(c, p, floor(knob[2] * .4), knob[2], knob[2]);
  }
  if (knob[4] > 0.) { vec4 b = balloon((p - vec2(knob[5], knob[6])) / knob[4], seed + 1., tint[5], 0.); c = mix(c, b.rgb, b.a); }
  return c;
}

/** Over water that mirrors them; the knobs of `valley`. */
vec3 mirror(vec2 p) {
  float shore = -.14, below = shore - p.y;
  vec2 q = p;
  if (below > 0.) q = vec2(p.x + .004 * sin(below * 90.), shore + below * 1.02 + (noise(vec2(p.x * 8., below * 90.)) - .5) * .035 * smoothstep(0., .3, below));
  vec3 c = fleet(morning(q), q, 0., knob[2], knob[2]);
  float top = shore + .02 + .11 * (range(q.x * 2. + 3., .4, 6) - .3);
  c = mix(c, mix(mix(tint[1], tint[3], .55), tint[4], smoothstep(.0, .1, top - q.y)), inside(q.y - top, .0015));
  vec4 b = balloon((q - vec2(knob[5], knob[6])) / knob[4], seed + 1., tint[5], 0.);
  c = mix(c, b.rgb, b.a);
  if (below > 0.) c = mix(c * .86, tint[3], .12 + .3 * smoothstep(.1, .45, below));
  return mix(c, tint[4], .4 * exp(-abs(below) * 60.));
}

/** Night glow: tethered, and lit from within. knob: 2 how many. */
vec3 glow(vec2 p) {
  vec3 c = mix(tint[1], tint[0], smoothstep(-.25, .4, p.y)) + stars(p, .4, 24.) * .7;
  float ground = -.33 + .02 * noise(p.x * 4.);
  vec3 meadow = tint[3] * (.5 + .6 * fbm(p * vec2(9., 40.), 5));
  for (float i = 0.; i < knob[2]; i++) {
    float x = (i / (knob[2] - 1.) - .5) * 1.25 + .08 * (hash(vec2(i, seed)) - .5);
    meadow += mix(hueOf(i + seed), vec3(1., .6, .2), .5) * .5 * exp(-length((p - vec2(x, -.37)) * vec2(5., 12.)));
  }
  c = mix(c, meadow, inside(p.y - ground, .002));
  for (float k = 0.; k < knob[2]; k++) {
    float i = mod(k * 2., knob[2]) , r = .135 * (.85 + .35 * hash(vec2(i, seed + 2.)));
    float x = (i / (knob[2] - 1.) - .5) * 1.25 + .08 * (hash(vec2(i, seed)) - .5);
    vec4 b = balloon((p - vec2(x, -.36 + r * 1.97)) / r, i + seed * 3., hueOf(i + seed), .25 + .75 * hash(vec2(i, seed + 4.)));
    c = mix(c, b.rgb * mix(.7, 1., b.a), b.a);
  }
  return c;
}
