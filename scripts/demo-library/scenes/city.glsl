// Cities at night.
// tint: 0 sky above, 1 sky below, 2 warm lights, 3 buildings, 4 cool lights.

/** One row of buildings above y = 0; alpha is cover. `size` is the width of a building. */
vec4 row(vec2 p, float size, float tall, float salt) {
  float x = p.x / size + salt * 5., c = floor(x), f = fract(x);
  float a = hash(vec2(c, salt + seed)), mid = exp(-pow(p.x * 1.5 - .2 * sin(seed), 2.)), h = tall * (.25 + .75 * a * a) * (.45 + .8 * mid);
  float kind = hash(vec2(c, salt + 31.)), gap = kind < .5 ? .03 : .1, taper = kind > .72 ? .28 * smoothstep(h * .72, h, p.y) : 0.;
  float body = max(abs(f - .5) - .5 + gap + floor(taper * 6.) / 6., (p.y - h) / size);
  float mast = kind > .6 ? max(abs(f - .5) - .018, (p.y - h * 1.22) / size) : 9.;
  float blink = kind > .6 ? exp(-length(vec2(f - .5, (p.y - h * 1.22) / size)) * 18.) : 0.;
  float cols = floor(4. + 6. * hash(vec2(c, salt + 8.))), rows = cols / size * .62;
  vec2 w = vec2(f * cols, p.y * rows), cell = floor(w), in_ = fract(w);
  float lit = hash(cell + vec2(c * 13., salt * 37. + seed)), floorLit = hash(vec2(cell.y, c + salt));
  float on = step(.62 - .25 * step(.85, floorLit), lit) * step(.16, in_.x) * step(in_.x, .84) * step(.25, in_.y) * step(in_.y, .78);
  on *= step(body, -.05);
  vec3 lamp = mix(mix(tint[2], vec3(1., .93, .8), hash(cell + 5.)), tint[4], step(.8, hash(cell + c)));
  vec3 wall = mix(tint[3], tint[1], .25 * sat(p.y / tall)) * (.75 + .5 * f) + tint[2] * .1 * exp(-p.y / tall * 5.);
  vec3 col = wall + lamp * on * (.35 + .75 * pow(lit, 3.));
  col += mix(tint[2], tint[4], step(.5, kind)) * .5 * step(.8, kind) * inside(abs(p.y - h * .985) - .003, .001);
  return vec4(col + vec3(1., .12, .1) * blink, max(max(inside(body * size, .0008), inside(mast * size, .0006)), blink * .6));
}

vec3 skylineAt(vec2 p) {
  vec3 c = mix(tint[1], tint[0], smoothstep(-.0, .5, p.y)) + stars(p, .35, 26.) * .5 * smoothstep(.05, .4, p.y);
  c = mix(c, tint[1] * 1.15, .4 * smoothstep(.45, .75, fbm(vec2(p.x * 2. + seed, p.y * 5.), 6)) * smoothstep(.5, .1, p.y));
  float m = length(p - vec2(knob[1], knob[2]));
  vec3 moon = mix(vec3(1., .93, .8), tint[2], .35) * (.78 + .3 * fbm(p * 16. + 4., 5));
  c += mix(vec3(1., .93, .8), tint[2], .3) * .3 * exp(-m * 5.) * step(.001, knob[3]);
  c = mix(c, moon, inside(m - knob[3], .0015) * step(.001, knob[3]));
  for (float i = 0.; i < 3.; i++) {
    vec4 b = row(vec2(p.x, p.y + .015 * i), .05 + .024 * i, knob[0] * (1. - .2 * i), i + 1.);
    c = mix(c, mix(mix(tint[1], b.rgb, .4), b.rgb, .3 + .35 * i), b.a * step(-.03, p.y));
  }
  return c;
}

/** Towers across the water. knob: 0 height, 1 to 3 the moon and its radius, 4 the shore. */
vec3 skyline(vec2 p) {
  p.y -= knob[4];
  if (p.y > 0.) return skylineAt(p) + tint[2] * .16 * exp(-p.y * 30.);
  float below = -p.y;
  vec3 sum = vec3(0.);
  for (float i = 0.; i < 9.; i++) {
    float wave = (noise(vec2(p.x * 7. + i, below * 220. / (1. + 7. * below))) - .5);
    sum += skylineAt(vec2(p.x + wave * .02 * (.3 + below * 4.), below * (1. + .12 * (i - 4.) * smoothstep(.0, .2, below)) + abs(wave) * .09 * below));
  }
  vec3 c = sum / 9. * .8 + tint[0] * .1;
  c *= .78 + .4 * noise(vec2(p.x * 12., below * 300. / (1. + 9. * below)));
  return c + tint[2] * .2 * exp(-below * 45.);
}

vec3 lamps(vec2 p, float blur) {
  vec3 c = mix(tint[1], tint[0], smoothstep(-.5, .5, p.y));
  for (float i = 0.; i < 90.; i++) {
    vec2 at = vec2((hash(vec2(i, seed)) - .5) * 1.7, (pow(hash(vec2(i, seed + 2.)), 1.3) - .5) * 1.05);
    float r = mix(.026, .085, pow(hash(vec2(i, 9.)), 2.)) * blur, d = length(p - at);
    vec3 hue = blend(tint[2], mix(tint[2], vec3(1., .9, .7), .3), tint[4], hash(vec2(i, seed + 4.)));
    c += hue * (inside(d - r, .0025) * (.3 + .25 * smoothstep(r * .6, r, d))) * (.3 + .9 * hash(i + 3.));
  }
  return c;
}

/** Lamps through a wet window. knob: 0 blur, 1 drops. */
vec3 rain(vec2 p) {
  vec2 bend = vec2(0.);
  float cover = 0., shine = 0.;
  for (float k = 0.; k < 4.; k++) {
    float scale = 7. + 8. * k;
    vec2 q = p * scale + vec2(k * 3., k * 7. + seed), c = floor(q), f = fract(q) - .5 - .45 * (hash2(c) - .5);
    float r = (.13 + .2 * hash(c + 3.)) * step(1. - knob[1], hash(c + 8.)), d = length(f * vec2(1., .82 + .3 * hash(c + 4.)));
    float in_ = inside(d - r, .02);
    if (r > 0. && in_ > .01) {
      bend = mix(bend, -f / r * .32, in_); cover = max(cover, in_ * (.75 + .25 * smoothstep(r, r * .4, d)));
      shine = max(shine, exp(-length(f - vec2(-.35, .4) * r) * 30.) * in_);
    }
  }
  vec3 outside = lamps(p, knob[0]), through = lamps(p + bend * 1.4, knob[0] * .55);
  vec3 c = mix(outside, through * 1.12, cover);
  c *= 1. - .35 * cover * smoothstep(.0, .35, length(bend) - .14);
  return c + shine * .6 + .02;
}

/** Traffic as streaks of light on a bend. knob: 0 where the road goes, 1 the bend. */
vec3 streaks(vec2 p) {
  float horizon = .09, y = horizon - p.y;
  vec2 s = p - vec2(0., horizon);
  vec3 c = mix(tint[1], tint[0], smoothstep(0., .42, s.y));
  for (float i = 0.; i < 3.; i++) {
    vec4 b = row(vec2(s.x * .9 + 3. * i, s.y), .045 + .03 * i, .3 - .05 * i, i + 3.);
    c = mix(c, mix(tint[1], b.rgb, .45 + .27 * i), b.a * step(0., s.y));
  }
  if (y > 0.) {
    float z = .06 / (y + .004), road = knob[0] * (1. - y * 2.) + knob[1] * (z * z) * .02 - knob[1] * .03;
    float x = (p.x - road) / (y + .01);
    vec3 asphalt = tint[3] * (.5 + .4 * fbm(vec2(x * 6., z * 30.), 4)) + tint[2] * .08 * exp(-abs(x) * .8);
    c = mix(tint[3] * .4 + tint[1] * .12 * fbm(vec2(x * 2., z * 20.), 4), asphalt, inside(abs(x) - 1.45, .03));
    c += vec3(.8) * .4 * inside(abs(abs(x) - 1.38) - .012, .012);
    c += vec3(.8) * .3 * inside(abs(x) - .012, .012) * step(.5, fract(z * 3.));
  }
  for (float i = 0.; i < 26.; i++) {
    float side = mod(i, 2.) * 2. - 1., lane = side * (.3 + .85 * hash(vec2(i, seed))), high = .04 + .09 * hash(i + 9.);
    if (hash(i + 77.) > .85) high += .22;
    float k = y / (1. - high * .75);
    float zz = .06 / (max(k, 0.) + .004), mid = knob[0] * (1. - k * 2.) + knob[1] * zz * zz * .02 - knob[1] * .03;
    float d = abs((p.x - mid) / (max(k, 0.) + .01) - lane), w = .006 + .012 * hash(i + 4.);
    vec3 hue = side > 0. ? mix(vec3(1., .12, .06), vec3(1., .45, .1), hash(i + 6.) * .5) : mix(vec3(1., .93, .8), tint[4], hash(i + 6.) * .5);
    c += hue * (w * w / (d * d + w * w * .35)) * .32 * step(0., k) * smoothstep(.0, .02, k + .004);
  }
  return c + tint[2] * .3 * exp(-length(s * vec2(1.2, 5.)) * 4.);
}

/** A house front with people at home. knob: 0 columns, 1 how many are lit. */
vec3 front(vec2 p) {
  vec2 w = p * vec2(knob[0], knob[0] * .78), cell = floor(w + .5), q = fract(w + .5) - .5;
  vec3 brick = mix(tint[3], tint[3] * .7, hash(floor(vec2(p.x * 60. + .5 * mod(floor(p.y * 130.), 2.), p.y * 130.))));
  brick *= .75 + .35 * fbm(p * 30., 3);
  vec2 mortar = abs(fract(vec2(p.x * 60. + .5 * mod(floor(p.y * 130.), 2.), p.y * 130.)) - .5);
  vec3 c = mix(brick, brick * .6, smoothstep(.42, .48, max(mortar.x, mortar.y)));
  float lit = step(1. - knob[1], hash(cell + seed)), warm = hash(cell + 50. + seed);
  vec3 room = mix(tint[2], mix(tint[4], vec3(1.), .3), step(.82, warm)) * (.62 + .5 * hash(cell + 8.));
  room *= 1.15 - .9 * length(q - vec2(.05, .18)) ;
  room = mix(room, room * vec3(.55, .35, .3), smoothstep(.01, -.01, q.y + .22 - .14 * hash(cell + 3.) * noise(vec2(q.x * 9. + cell.x * 7., cell.y))));
  float plant = step(.6, hash(cell + 21.)) * smoothstep(.09, .05, length((q - vec2(-.12, -.2)) * vec2(1., .7)) + .06 * noise(q * 60.));
  float person = step(.84, hash(cell + 33.)) * max(inside(length((q - vec2(.1, .0)) * vec2(1.1, .9)) - .05, .006), inside(max(abs(q.x - .1) - .1 + .25 * max(q.y + .16, 0.), q.y + .045), .006));
  room = mix(room, room * .12, max(plant, person));
  float drape = smoothstep(.17, .2, abs(q.x) + .02 * sin(q.y * 14.)) * step(.4, hash(cell + 13.));
  room = mix(room, room * (.55 + .3 * sin(q.x * 220.)) * vec3(1., .85, .75), drape);
  vec3 dark = mix(tint[0], tint[1], .5 + q.y + .5 * noise(w * 2.)) * .8;
  float frame = max(abs(q.x) - .3, abs(q.y) - .36), pane = max(abs(q.x) - .265, abs(q.y) - .325);
  float bars = min(abs(q.x), abs(q.y - .1));
  c += tint[2] * .22 * lit * exp(-max(frame, 0.) * 9.);
  c = mix(c, mix(tint[3] * 1.5, vec3(.85, .82, .76), .35) * (.6 + .3 * lit), inside(frame, .008));
  c = mix(c, mix(dark, room, lit), inside(pane, .006) * smoothstep(.008, .016, bars));
  float sill = max(abs(q.x) - .34, abs(q.y + .39) - .022);
  c = mix(c, vec3(.55, .53, .5) * (.45 + .3 * lit), inside(sill, .006));
  return c * (1. - .12 * smoothstep(-.5, .5, p.x));
}
